// Blue/green: the new version stands beside the old one, acceptance tests run against it, and they fail. No user may ever have
// reached it. The stage goes, the swap never happens, and not one request of a user was answered by the new version.
import { expect, it } from 'vitest'
import { approval, blueGreenWorkflow, bySeconds } from '../cart-workflow.ts'
import { atRest, late, openPlane } from '../story.ts'

it('flagger 13: blue/green: the acceptance check of the stage fails, and no user request ever reached the new version', async () => {
  const { world, plane, run, ended } = await openPlane()
  const before = atRest(world)
  const workflow = blueGreenWorkflow('2.0.0', bySeconds(late))
  const [phase] = workflow.phases
  const [section] = phase?.sections ?? []
  const [stage, swap] = section?.steps ?? []
  if (!phase || !section || !stage || !swap) throw new Error('no steps')
  const refused = { ...stage, ...approval(), path: 'canary/deploy/accept', settle: stage.settle, name: 'Acceptance' }
  const id = await run({ ...workflow, phases: [{ ...phase, sections: [{ ...section, steps: [stage, refused, swap] }] }] }, '2.0.0')
  await plane.until(id, view => view.question !== undefined)
  await plane.command(id, { do: 'reject', who: 'bob', why: 'the acceptance tests fail' })

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0')
  expect(atRest(world)).toBe(before)
})
