import { afterEach, describe, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { bySeconds, cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

// Somebody else writes to what the run wrote, while it waits for a person at 10 %.

const late = 400
const resource = 'virtualservices.networking.istio.io'
const key = { namespace: 'shop', name: 'cart-virtualservice' }
let world: CartWorld
let plane: ControlPlane
let id: string
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function atApproval(): Promise<void> {
  world = await CartWorld.open({ late })
  plane = new ControlPlane(world)
  id = await plane.start(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  world.ledger.start(20)
  await plane.until(id, view => view.question?.step === 'canary/verify/2')
}

const write = (spec: Json, manager: string, metadata: Json = {}): void => {
  world.sandbox.apiServer.objects.patch(resource, key, { metadata, spec }, { manager })
}
const gitSays: Json = { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] }
const spec = (): string => JSON.stringify(world.sandbox.apiServer.objects.get(resource, key)?.spec)
const clean = { lost: 0, wrongVersion: 0, trouble: [] }

it('notes what is harmless, and goes on', async () => {
  await atApproval()
  write({}, 'kubectl-label', { labels: { team: 'checkout' } })
  await world.clock.advance(2000)

  expect(await plane.view(id)).toMatchObject({ status: 'waiting', question: { step: 'canary/verify/2' } })
  expect((await plane.drift(id)).found).toMatchObject([
    {
      drift: [
        {
          object: 'VirtualService shop/cart-virtualservice',
          path: 'metadata.labels.team',
          is: 'harmless',
          live: 'checkout',
          by: { manager: 'kubectl-label' },
        },
      ],
    },
  ])
  await plane.command(id, { do: 'approve', who: 'bob' })
  expect(await plane.until(id, view => view.ended !== undefined)).toMatchObject({ status: 'done' })
})

it('puts our weights back at once, stops the steps, and asks; the three ways and the author are told', async () => {
  await atApproval()
  const before = spec()
  write(gitSays, 'argocd-controller')
  await world.clock.advance(2000)

  expect(spec()).toBe(before)
  const log = await plane.log(id)
  expect(log).toContainEqual(expect.stringMatching(/the steps stand still: .*by argocd-controller.*put back/))
  const [found] = (await plane.drift(id)).found
  expect(found).toMatchObject({ putBack: true })
  expect(found?.drift).toContainEqual(
    expect.objectContaining({
      path: 'spec.http[every request].route[cart-svc/canary]',
      is: 'conflicting',
      ours: expect.objectContaining({ weight: 10 }),
      by: expect.objectContaining({ manager: 'argocd-controller' }),
    }),
  )
  expect(found?.drift).toContainEqual(
    expect.objectContaining({ path: 'spec.http[every request].route[cart-svc]', base: { destination: { host: 'cart-svc' } } }),
  )
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject(clean)
})

describe('subsets that somebody takes away', () => {
  const rule = { resource: 'destinationrules.networking.istio.io', key: { namespace: 'shop', name: 'cart-destinationrule' } }
  const subsets = (): Json => (world.sandbox.apiServer.objects.get(rule.resource, rule.key)?.spec ?? null) as Json
  const takeAway = (): void =>
    void world.sandbox.apiServer.objects.patch(rule.resource, rule.key, { spec: { subsets: null } }, { manager: 'kubectl-edit' })

  it('are put back at once, and the run goes on where a person says so', async () => {
    await atApproval()
    const before = subsets()
    takeAway()
    await world.clock.advance(2000)

    expect(subsets()).toEqual(before)
    expect((await plane.drift(id)).found).toMatchObject([
      { putBack: true, drift: [{ object: 'DestinationRule shop/cart-destinationrule', path: 'spec.subsets', is: 'conflicting' }] },
    ])
    await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
    await plane.until(id, view => view.question?.step === 'canary/verify/2')
    await plane.command(id, { do: 'approve', who: 'bob' })
    expect(await plane.until(id, view => view.ended !== undefined)).toMatchObject({ status: 'done' })
  })

  it('are put back a second time too, before everybody is taken back', async () => {
    await atApproval()
    const before = subsets()
    takeAway()
    await world.clock.advance(2000)
    await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
    await world.clock.advance(2000)
    const writes: Json[] = []
    const stop = world.sandbox.apiServer.objects.subscribe(rule.resource, ({ object }) => void writes.push((object.spec ?? null) as Json))
    takeAway()

    const view = await plane.until(id, each => each.ended !== undefined)
    stop()

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-DRIFT-LOOP' } })
    const taken = writes.findIndex(spec => (spec as { readonly subsets?: Json }).subsets === undefined)
    expect(writes[taken + 1]).toEqual(before)
  })
})

it('shows an edit of the workload three ways as well', async () => {
  await atApproval()
  const objects = world.sandbox.apiServer.objects
  const cart = { namespace: 'shop', name: 'cart' }
  objects.patch('deployments.apps', cart, { spec: { template: { spec: { hostNetwork: true } } } }, { manager: 'kubectl-edit' })
  await world.clock.advance(2000)

  expect((await plane.log(id)).at(-1)).toContain('somebody edited its pod template. What now?')
  expect((await plane.drift(id)).found[0]?.drift).toContainEqual(
    expect.objectContaining({
      object: 'Deployment shop/cart',
      path: 'spec.template.spec.hostNetwork',
      is: 'conflicting',
      live: true,
      by: expect.objectContaining({ manager: 'kubectl-edit' }),
    }),
  )
})
