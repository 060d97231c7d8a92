// A team declares 10 %, 50 % and then everybody; or a ramp with checks and a bake behind it. Steps that are skipped, or taken in
// another order, give users a version that has not earned them. Each share is taken in its order and caused by its step, which the
// report tells with the moment from which every proxy had it.
import { expect, it } from 'vitest'
import { bake, canaryDeployment, cartWorkflow, ramp, rolloutDeployment } from '../cart-workflow.ts'
import { sharesOf, stepsOf, toTheEnd } from '../steps-of.ts'
import { atRest, clean, openPlane, verdict } from '../story.ts'

it('flagger 2: ends with every share that the route had, the step that caused it, and when every proxy had it', async () => {
  const { plane, run } = await openPlane()
  const id = await run(cartWorkflow('2.0.0', { mode: 'acknowledged' }), '2.0.0')
  await toTheEnd(plane, id)
  const report = await plane.report(id)

  expect([...new Set(sharesOf(report))]).toEqual([
    '100/0, new 0: Canary Deployment',
    '90/10, new 10: Traffic Split 10 %',
    '50/50, new 50: Traffic Split 50 %',
    '0/100, new 100: Rollout Deployment',
    '50/50, new 100: Rollout Deployment',
    '100/0, new 100: Rollout Deployment',
  ])
  expect(report).toMatchObject({ status: 'done', errors: 0, lost: 0, cut: 0, wrongVersion: 0 })
  for (const { at, acknowledged } of report.releases[0]?.shares ?? [])
    expect(Date.parse(acknowledged ?? '') - Date.parse(at)).toBeGreaterThanOrEqual(0)
})

it('flagger 2: takes the canary up a ramp with checks, bakes it, and rolls it out: no request lost', async () => {
  const { world, start, ended } = await openPlane()
  const before = atRest(world)

  const view = await ended(await start('2.0.0', canaryDeployment(), ramp(), bake(), rolloutDeployment()))

  expect(view).toMatchObject({ status: 'done', exit: 0 })
  expect(stepsOf(view).map(({ status, says }) => [status, says])).toEqual([
    ['done', '1 of 1 canary pods ready and reachable'],
    ['done', '100 % on the canary, after 3 stages'],
    ['done', 'baked 1 m, 3 checks'],
    ['done', '4 of 4 pods on the new version'],
  ])
  expect(await verdict(world)).toEqual(clean)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})
