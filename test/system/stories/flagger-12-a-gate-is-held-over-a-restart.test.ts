// A release waits for a person, and while it waits for an hour the control plane is restarted. The question must still be there,
// with the same users on the new version; and the answer must count. Given, the run goes on where it was; refused, everybody is
// back, with the reason.
import { describe, expect, it } from 'vitest'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, canaryDelete, canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { ControlPlane } from '../control-plane.ts'
import { asks, atRest, clean, openPlane, verdict } from '../story.ts'

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
