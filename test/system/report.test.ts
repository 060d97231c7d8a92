import { afterEach, describe, expect, it } from 'vitest'
import { bySeconds, cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { sharesOf } from './steps-of.ts'

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

const acknowledged = { mode: 'acknowledged' } as const

async function run(abort: boolean, settle: Parameters<typeof cartWorkflow>[1] = acknowledged): Promise<string> {
  world = await CartWorld.open({ late: 400 })
  plane = new ControlPlane(world)
  const id = await plane.start(cartWorkflow('2.0.0', settle), '2.0.0')
  world.ledger.start(20)
  await plane.until(id, view => {
    if (view.question?.step === 'canary/verify/2' && !view.ended)
      void plane.command(id, abort ? { do: 'abort', now: false, who: 'bob' } : { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
  return id
}

it('tells the way back as well', async () => {
  const id = await run(true)

  expect(sharesOf(await plane.report(id))).toEqual([
    '100/0, new 0: Canary Deployment',
    '90/10, new 10: Traffic Split 10 %',
    '100/0, new 0: Way back',
  ])
})

describe('the requests of a run', () => {
  // Where nothing has to be asked, the look that ends an interval and the next split have the same millisecond.
  it.each([
    ['acknowledgement', acknowledged],
    ['time', bySeconds(400)],
  ])('are those that the load sent, by version and by split, where settling is known by %s', async (_, settle) => {
    const id = await run(false, settle)
    const { intervals, requests, countedBy } = await plane.report(id)
    const { byVersion } = await world.clock.runUntil(world.ledger.stop())
    const of = (version: string): number =>
      intervals.flatMap(({ versions }) => versions).reduce((sum, each) => sum + (each.version === version ? each.requests : 0), 0)

    // The load began a moment before the first look, and goes on after the last one.
    expect(of('1.0.0')).toBeGreaterThan((byVersion['1.0.0'] ?? 0) - 5)
    expect(requests).toBe(of('1.0.0') + of('2.0.0'))
    expect(countedBy).toHaveLength(1)
    const settled = intervals.filter(each => each.settled).map(({ stable, canary, name }) => `${stable}/${canary}: ${name}`)
    expect([...new Set(settled)]).toEqual([
      '100/0: Canary Deployment',
      '90/10: Traffic Split 10 %',
      '50/50: Traffic Split 50 %',
      '0/100: Rollout Deployment',
      '100/0: Rollout Deployment',
    ])
  })

  it('have a gap that is said where the delegate was started anew', async () => {
    world = await CartWorld.open({ late: 400 })
    plane = new ControlPlane(world)
    const { store } = plane
    const id = await plane.start(cartWorkflow('2.0.0', { mode: 'acknowledged' }), '2.0.0')
    world.ledger.start(200)
    await plane.until(id, view => view.question?.step === 'canary/verify/2')
    await plane.close()
    await world.clock.advance(10_000)
    plane = new ControlPlane(world, store)
    // Long enough for counts that no goal has asked for.
    await world.clock.advance(300_000)
    await plane.until(id, view => {
      if (view.question && !view.ended) void plane.command(id, { do: 'abort', now: false, who: 'bob' })
      return view.ended !== undefined
    })
    const { notes, requests, intervals } = await plane.report(id)
    const split = ({ stable, canary, versions }: (typeof intervals)[number]): string =>
      `${stable}/${canary}: ${versions.map(({ side, version }) => `${side} ${version}`).join(', ')}`
    expect([...new Set(intervals.filter(({ settled, name }) => settled && name === 'Traffic Split 10 %').map(split))]).toEqual([
      '90/10: stable 1.0.0, canary 2.0.0',
    ])
    expect(notes).toContainEqual(expect.stringMatching(/^not counted: 1\d s .*from /))
    expect(requests).toBeLessThan(world.ledger.tally().requests - 50)
  })
})
