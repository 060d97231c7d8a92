// Two people release at the same time: the same service twice, or two services that would split one route. Each would undo the
// weights of the other, and neither would know why users move to and fro. Sluice refuses the second one by the name of the first,
// which does not notice.
import { expect, it } from 'vitest'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { pinned, prepared, split } from '../goals.ts'
import { asks, begin, openPlane } from '../story.ts'
import { lookAt } from '../witness.ts'

it('argo 29, flagger 23: a second run of the release is refused by name, and the first one does not notice', async () => {
  const { world, plane, start } = await openPlane()
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(20), approval())
  await plane.until(first, asks)
  const before = lookAt(world)

  await expect(start('3.0.0', canaryDeployment())).rejects.toMatchObject({
    code: 'SL-EXECUTION-RELEASE-BUSY',
    message: expect.stringContaining(first),
  })

  expect({ ...lookAt(world), at: before.at }).toEqual(before)
  expect(await plane.view(first)).toMatchObject({ status: 'waiting' })
})

it('argo 29, flagger 23: another service that would split the same route is refused by the Lease of the route', async () => {
  const { world, reach } = await begin()
  await reach(pinned)
  const other = world.release('3.0.0', 'z9z9', { name: 'other', service: 'other' })

  const { findings } = await world.inspect(other)

  expect(findings.filter(({ level }) => level === 'refuse').map(({ code, message }) => `${code} ${message}`)).toContainEqual(
    expect.stringMatching(/^SL-RELEASE-HELD .*cart 2\.0\.0 by execution k3f9/),
  )
  expect(await reach(prepared(), split(50))).toMatchObject({ is: 'reached' })
})
