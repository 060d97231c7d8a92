import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { blueGreenWorkflow, bySeconds, cartWorkflow } from './cart-workflow.ts'
import { ControlPlane } from './control-plane.ts'
import { stepsOfWorkflow, toTheEnd, untilBegun } from './steps-of.ts'

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
}

const withoutMoment = (objects: readonly unknown[]): string =>
  JSON.stringify(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap'))

it('runs the whole workflow on a cluster: no request lost, at rest as the manifests say', async () => {
  await open()
  const before = withoutMoment(world.resting())
  const id = await plane.start(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  world.ledger.start(20)

  const view = await toTheEnd(plane, id)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'done', exit: 0, releases: [{ fromVersion: '1.0.0', toVersion: '2.0.0' }] })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(withoutMoment(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  expect(view.writes).toBeGreaterThan(10)
})

it.each(stepsOfWorkflow())('aborts during %s: users on the old version, everything as it was', async path => {
  await open()
  const before = withoutMoment(world.resting())
  const id = await plane.start(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  world.ledger.start(20)
  await untilBegun(plane, id, path)
  await world.clock.advance(300)

  await plane.command(id, { do: 'abort', now: false, who: 'bob', why: 'test' })
  const view = await plane.until(id, each => each.ended !== undefined)

  await world.clock.advance(5000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1, failure: { code: 'SL-EXECUTION-ABORTED' } })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(withoutMoment(world.resting())).toBe(before)
})

it('runs a blue/green workflow: staged, everybody at once, at rest as the manifests say', async () => {
  await open()
  const before = withoutMoment(world.resting())
  const id = await plane.start(blueGreenWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  world.ledger.start(20)

  const view = await plane.until(id, each => each.ended !== undefined)

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'done', exit: 0 })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(tally.byVersion['2.0.0']).toBeGreaterThan(50)
  expect(withoutMoment(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})
