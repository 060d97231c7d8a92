import { describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { openByHand } from './by-hand-world.ts'
import type { CartWorld } from './cart-world.ts'
import { restored } from './restored.ts'
import { resting } from './told-apart-world.ts'

const images = (world: CartWorld): string =>
  JSON.stringify(world.sandbox.apiServer.objects.list('deployments.apps', 'shop').map(({ spec }) => spec))

describe('blue/green with a canary Ingress that apply steps write', () => {
  it('moves users 25, 50, all, and away from the stage Service again: no request lost, none wrong', async () => {
    const { world, plane, id, canary } = await openByHand(101)
    const share = world.ledger.tally().byVersion['2.0.0'] ?? 0
    await plane.command(id, { do: 'approve', who: 'bob' })

    const view = await plane.until(id, each => each.ended !== undefined)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'done', exit: 0 })
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(share).toBeGreaterThan(50)
    expect(images(world)).toContain('cart:2.0.0')
    expect(images(world)).not.toContain('cart:1.0.0')
    expect(canary()?.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/canary-weight': '0' })
  })

  it('an abort at 50 % takes the Ingress back first, and the new pods only when no request comes to them', async () => {
    const { world, plane, id, before, canary } = await openByHand(102)
    await plane.command(id, { do: 'abort', now: false, who: 'bob', why: 'test' })

    const view = await plane.until(id, each => each.ended !== undefined)

    await world.clock.advance(5000)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'returned', exit: 1 })
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(canary()).toBeUndefined()
    expect(resting(world)).toBe(before)
  })

  it('a restore at 50 %, when the host is gone for good, takes the Ingress back first, too', async () => {
    const { world, plane, before, canary } = await openByHand(103)
    await plane.close()

    expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({ is: 'reached' })

    await world.clock.advance(5000)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(canary()).toBeUndefined()
    expect(resting(world)).toBe(before)
  })
})
