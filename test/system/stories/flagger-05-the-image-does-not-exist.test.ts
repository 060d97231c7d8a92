// The tag was never pushed: the canary's pods can never start. Nothing should wait for a deadline of minutes to say what is known at
// once, and nobody should have been moved. The run fails in seconds with the reason, no traffic was ever moved, and everything is as
// it was.
import { expect, it } from 'vitest'
import { canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { atRest, openPlane } from '../story.ts'

it('flagger 5: an image that is not there fails in seconds, and no traffic was ever moved', async () => {
  const { world, start, ended, witness } = await openPlane()
  const before = atRest(world)
  const began = world.clock.now()

  const view = await ended(await start('2.0.0-nopull', canaryDeployment(), trafficSplit(30)))

  expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-RELEASE-PODS-FAIL' } })
  expect(world.clock.now() - began).toBeLessThan(60_000)
  expect(new Set(witness.course(({ route }) => route))).toEqual(new Set(['cart-svc 100', 'canary 0, stable 100']))
  expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0-nopull')
  expect(atRest(world)).toBe(before)
})
