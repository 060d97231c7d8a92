import { afterEach, expect, it } from 'vitest'
import { refuseSeveralPlaces } from '#control-plane/executions/index.ts'
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
  await expect(plane.rollback('crt', 'back')).rejects.toMatchObject({
    message: 'Service crt: no run of it has been finished here; did you mean cart?',
  })
})

it('goes back in no namespace where the names of Service and Infrastructure lead to several, until it is said in which', async () => {
  const workflow = cartWorkflow('3.1.0', bySeconds(late))
  const elsewhere = { ...workflow, releases: workflow.releases.map(each => ({ ...each, namespace: 'branch' })) }
  const wanted = { key: 'back', service: 'cart', who: 'ada' }

  expect(() => refuseSeveralPlaces([workflow, elsewhere, workflow], wanted)).toThrow(
    expect.objectContaining({
      code: 'SL-EXECUTION-WHICH-PLACE',
      message: expect.stringMatching(/several places: .+[/]branch[/]cart, .+[/]shop[/]cart\.$/),
    }),
  )
  expect(() => refuseSeveralPlaces([workflow, elsewhere], { ...wanted, namespace: 'shop' })).not.toThrow()
  expect(() => refuseSeveralPlaces([workflow, workflow], wanted)).not.toThrow()

  await open()
  await release('2.0.0')
  await release('3.0.0')
  await expect(plane.rollback('cart', 'back', 'branch')).rejects.toMatchObject({ code: 'SL-EXECUTION-NO-RELEASE' })
  expect((await plane.rollback('cart', 'back', 'shop')).versions).toEqual({ from: '3.0.0', to: '2.0.0' })
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

it('goes back from the run that is under way, while the former pods are there, and starts no other', async () => {
  await open()
  await release('2.0.0')
  const id = await plane.start(cartWorkflow('3.0.0', bySeconds(late)), '3.0.0', { key: '3' })
  await plane.until(id, view => view.question !== undefined)
  const asked = world.clock.now()

  const back = await plane.rollback('cart', 'back')
  const again = await plane.rollback('cart', 'again')
  const view = await plane.until(id, ({ ended }) => ended !== undefined)
  const shares = (await plane.report(id)).releases[0]?.shares ?? []

  expect(back).toMatchObject({ id, existed: true, versions: { from: '3.0.0', to: '2.0.0' }, returning: { warm: true } })
  expect(again).toEqual(back)
  expect([view.status, images()]).toEqual(['returned', 'cart:2.0.0'])
  expect(Date.parse(shares.at(-1)?.acknowledged ?? '') - asked).toBeLessThan(late + 1000)
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0 })
})

it('says that pods have to be started again where the roll has begun', async () => {
  await open()
  const id = await plane.start(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0', { key: '2' })
  await plane.until(id, view => {
    if (view.question) void plane.command(id, { do: 'approve', who: 'bob' })
    return JSON.stringify(world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'cart' })).includes(
      'cart:2.0.0',
    )
  })

  const back = await plane.rollback('cart', 'back')
  await plane.until(id, ({ ended }) => ended !== undefined)

  expect(back).toMatchObject({ id, versions: { from: '2.0.0', to: '1.0.0' }, returning: { warm: false } })
  expect(images()).toBe('cart:1.0.0')
})
