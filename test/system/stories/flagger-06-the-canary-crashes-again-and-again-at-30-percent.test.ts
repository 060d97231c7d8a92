// At 30 % the new version begins to crash, while a person has three days to approve it. Its share of the users would have errors for
// three days. Sluice sees that no pod is left that could answer and takes them back within seconds; what was lost until the gateways
// knew is bounded.
import { expect, it } from 'vitest'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { atRest, openPlane } from '../story.ts'
import { canaryPods } from '../witness.ts'

it('flagger 6: it crashes again and again: users are back within seconds, not at the end of the approval', async () => {
  const { world, plane, start, ended } = await openPlane()
  const before = atRest(world)
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(30), approval())
  await plane.until(id, view => view.question !== undefined)
  world.sandbox.switches.pods({ version: '2.0.0' }, { crashesAfter: 100, readyAfter: 'never' })
  const began = world.clock.now()
  for (const { metadata } of canaryPods(world)) world.sandbox.switches.crash({ namespace: 'shop', name: metadata.name })

  const view = await ended(id)

  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(view.failure?.message).toContain('no ready pod left')
  expect(world.clock.now() - began).toBeLessThan(20_000)
  const { requests, lost, wrongVersion } = await world.clock.runUntil(world.ledger.stop())
  // Lost: at most what the share of the canary sent into a dead pod before every gateway knew, 30 % of some seconds.
  expect([lost < 60, lost / requests < 0.1, wrongVersion]).toEqual([true, true, 0])
  expect(atRest(world)).toBe(before)
})
