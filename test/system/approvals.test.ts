// People: an approval that is held, asked again after a crash, given or refused; and a release in a hurry.
import { describe, expect, it } from 'vitest'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { ControlPlane } from './control-plane.ts'
import { atRest, clean, openPlane, verdict } from './story.ts'

const asks = (view: ExecutionView): boolean => view.question !== undefined

describe('flagger 12: a gate before the promotion, held for an hour over a restart of the control plane', () => {
  const held = async () => {
    const story = await openPlane({ gap: 500 })
    const { world, plane, start } = story
    const before = atRest(world)
    const id = await start('2.0.0', canaryDeployment(), trafficSplit(10), approval(), rolloutDeployment(), canaryDelete())
    await plane.until(id, asks)
    const { store } = plane
    await plane.close()
    await world.clock.advance(3_600_000)
    const next = new ControlPlane(world, store)
    const ended = (): Promise<ExecutionView> => next.until(id, view => view.ended !== undefined)
    expect(await next.view(id)).toMatchObject({ status: 'waiting', releases: [{ split: { canary: 10 } }] })
    return { world, next, id, before, ended }
  }

  it('is given: the run goes on where it was', async () => {
    const { world, next, id, before, ended } = await held()
    await next.command(id, { do: 'approve', who: 'bob' })

    expect(await ended()).toMatchObject({ status: 'done' })

    expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
    expect(await verdict(world)).toEqual(clean)
    await next.close()
  })

  it('is refused: everybody is back, with the reason', async () => {
    const { world, next, id, before, ended } = await held()
    await next.command(id, { do: 'reject', who: 'bob', why: 'the numbers are wrong' })

    expect(await ended()).toMatchObject({ status: 'returned', failure: { message: expect.stringContaining('the numbers are wrong') } })

    expect(atRest(world)).toBe(before)
    expect(await verdict(world)).toEqual(clean)
    await next.close()
  })
})

describe('flagger 22: a release in a hurry, without splits, checks and approvals', () => {
  it('is done, one ready pod after another', async () => {
    const { world, start, ended, witness } = await openPlane()

    expect(await ended(await start('2.0.0', canaryDeployment(), rolloutDeployment()))).toMatchObject({ status: 'done' })

    const serving = witness.sights.map(({ ready }) => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0))
    expect(Math.min(...serving)).toBeGreaterThanOrEqual(4)
    expect(await verdict(world)).toEqual(clean)
  })

  it('is not done at all where its pods do not become ready', async () => {
    const { world, start, ended } = await openPlane({ gap: 500 })
    const before = atRest(world)

    expect(await ended(await start('2.0.0-unready', canaryDeployment(), rolloutDeployment()))).toMatchObject({ status: 'returned' })

    expect((await world.clock.runUntil(world.ledger.stop())).byVersion).not.toHaveProperty('2.0.0-unready')
    expect(atRest(world)).toBe(before)
  })
})
