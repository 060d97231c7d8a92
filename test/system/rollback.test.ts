import { afterEach, expect, it } from 'vitest'
import { bySeconds, cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

const late = 400
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function open(): Promise<void> {
  world = await CartWorld.open({ late })
  plane = new ControlPlane(world)
  world.ledger.start(20)
}

async function toTheEnd(id: string): Promise<void> {
  await plane.until(id, view => {
    if (view.question?.step === 'canary/verify/2') void plane.command(id, { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
}

async function release(version: string): Promise<void> {
  await toTheEnd(await plane.start(cartWorkflow(version, bySeconds(late)), version, { key: version }))
}

const images = (): string => [...new Set(JSON.stringify(world.resting()).match(/cart:[\d.]+/g))].join()

it('brings the former release back, with its own manifests and nobody noticing; and then the later one again', async () => {
  await open()
  await release('2.0.0')
  await release('3.0.0')
  const before = images()

  const first = await plane.rollback('cart', 'back')
  await toTheEnd(first.id)
  const after = images()
  const second = await plane.rollback('cart', 'forth')
  await toTheEnd(second.id)

  expect([before, after, images()]).toEqual(['cart:3.0.0', 'cart:2.0.0', 'cart:3.0.0'])
  expect([first.versions, second.versions]).toEqual([
    { from: '3.0.0', to: '2.0.0' },
    { from: '2.0.0', to: '3.0.0' },
  ])
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
})

it('says what ran before where nothing is kept of it, and starts nothing', async () => {
  await open()
  await release('2.0.0')

  await expect(plane.rollback('cart', 'back')).rejects.toMatchObject({
    code: 'SL-EXECUTION-NO-FORMER',
    message: 'Service cart: 2.0.0 runs, and no other release of it is kept here; before it 1.0.0 ran: `sluice run --tag 1.0.0`.',
  })
  await expect(plane.rollback('basket', 'back')).rejects.toMatchObject({ code: 'SL-EXECUTION-NO-RELEASE' })
})

it('takes no run that went back for a release', async () => {
  await open()
  await release('2.0.0')
  await release('3.0.0')
  const id = await plane.start(cartWorkflow('4.0.0', bySeconds(late)), '4.0.0', { key: '4' })
  await plane.until(id, view => view.question !== undefined)
  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await plane.until(id, view => view.ended !== undefined)

  expect((await plane.rollback('cart', 'back')).versions).toEqual({ from: '3.0.0', to: '2.0.0' })
})
