// A GitOps tool deploys the same objects. It finds weights that Git does not have and puts its own back; a release puts its own
// back; and so on, all day. It may also delete the canary, where a copied label tells it that the canary is its own. Sluice warns
// with the rule to paste, copies no such mark, and at the second write of the same author stops where users are safe and names the
// rule.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { bySeconds, cartWorkflow } from '../cart-workflow.ts'
import type { CartWorldOptions } from '../cart-world.ts'
import { pinned, prepared } from '../goals.ts'
import { look, said } from '../preflight-world.ts'
import { asks, begin, inShop, late, openCart, openPlane, someone, verdict, virtualServices } from '../story.ts'

const gitSays: Json = { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] }

it('row 19: calls the second write of the same author a loop, takes users back, and names the rule', async () => {
  const { world, plane, run, ended } = await openPlane()
  const id = await run(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  await plane.until(id, asks)
  const git = (change: Readonly<Record<string, Json>>): unknown =>
    world.sandbox.apiServer.objects.patch(virtualServices, inShop('cart-virtualservice'), change, { manager: 'argocd-controller' })
  git({ metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:networking.istio.io/VirtualService:shop/cart' } } })
  git({ spec: gitSays })
  await world.clock.advance(2000)
  await plane.command(id, { do: 'answer', answer: 'retry', who: 'bob' })
  await world.clock.advance(2000)
  git({ spec: gitSays })

  const view = await ended(id)

  expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-DRIFT-LOOP' } })
  expect(view.failure?.message).toMatch(
    /argocd-controller has written against it a second time[\s\S]*Argo CD shop deploys it[\s\S]*ignoreDifferences/,
  )
  expect(await verdict(world)).toMatchObject({ lost: 0 })
})

const tracking = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/cart' }

it('row 19: the canary carries no mark by which a GitOps tool would call it its own and prune it', async () => {
  const tracked: CartWorldOptions = {
    change: objects =>
      objects.map(object => {
        if (object.kind !== 'Deployment') return object
        const labels = { 'app.kubernetes.io/instance': 'shop' }
        return { ...object, metadata: { ...object.metadata, annotations: tracking, labels } }
      }),
  }
  const { world, reach } = await begin(tracked)
  const store = world.sandbox.apiServer.objects
  store.patch('deployments.apps', inShop('cart'), { metadata: { annotations: tracking } }, someone)

  await reach(pinned, prepared())

  const { annotations = {}, labels = {} } = store.get('deployments.apps', inShop('cart-canary'))?.metadata ?? {}
  expect(Object.keys({ ...annotations, ...labels }).filter(key => /argocd|instance/.test(key))).toEqual([])
})

it('row 19: before the run, the tool is named with the rule to paste, and what that freezes', async () => {
  const world = await openCart()
  const annotations = { 'argocd.argoproj.io/tracking-id': 'cart:networking.istio.io/VirtualService:shop/cart-virtualservice' }
  const manager = 'argocd-controller'
  world.sandbox.apiServer.objects.patch(virtualServices, inShop('cart-virtualservice'), { metadata: { annotations } }, { manager })

  const [found] = said(await look(world), 'GITOPS')
  expect(found).toContain('Argo CD cart: deploys VirtualService shop/cart-virtualservice')
  expect(found).toContain('managedFieldsManagers: [sluice-run]')
  expect(found).toContain('freezes changes from Git to VirtualService spec.http while a run holds them')
})
