// The route is not ours alone: GitOps tools, colleagues, a webhook, a baseline beside the two versions.
import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, bySeconds, canaryDeployment, cartSteps, trafficSplit } from './cart-workflow.ts'
import { lateMesh, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, split, wholeCanary } from './goals.ts'
import { at, atRest, begin, beginOn, clean, inShop, late, openCart, openPlane, someone, verdict, virtualServices } from './story.ts'
import { courseOf, lookAt } from './witness.ts'

const asks = (view: ExecutionView): boolean => view.question !== undefined
const route = inShop('cart-virtualservice')

it('argo 19: a GitOps tool resets the weights at 25 % and changes the timeout: one write brings ours back, the timeout is theirs', async () => {
  const { world, plane, start, witness } = await openPlane()
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval())
  await plane.until(id, asks)
  const from = witness.sights.length
  const git: Json = { http: [{ timeout: '7s', route: [{ destination: { host: 'cart-svc' } }] }] }
  world.sandbox.apiServer.objects.patch(virtualServices, route, { spec: git }, { manager: 'argocd-controller' })

  await world.clock.advance(30_000)

  expect(courseOf(witness.sights.slice(from), ({ route: rows }) => rows)).toEqual(['cart-svc 100', 'canary 25, stable 75'])
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toMatchObject([{ timeout: '7s' }])
  const { found } = await plane.drift(id)
  expect(found).toMatchObject([{ putBack: true, drift: expect.arrayContaining([expect.objectContaining({ is: 'conflicting' })]) }])
  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await plane.until(id, view => view.ended !== undefined)
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toEqual([
    { timeout: '7s', route: [{ destination: { host: 'cart-svc' } }] },
  ])
  expect(await verdict(world)).toMatchObject({ lost: 0 })
})

it('argo 20: the route is applied from Git by another manager: refused while a run splits it, accepted as before when it is over', async () => {
  const world = await openCart()
  const inGit = world.rendered('1.0.0').objects.find(({ kind }) => kind === 'VirtualService') as KubernetesObject
  const applyFromGit = (force: boolean): number =>
    world.sandbox.apiServer.handle({
      method: 'PATCH',
      path: `/apis/networking.istio.io/v1alpha3/namespaces/shop/virtualservices/cart-virtualservice?fieldManager=flux&force=${force}`,
      contentType: 'application/apply-patch+yaml',
      body: inGit as unknown as Json,
    }).status
  expect(applyFromGit(true)).toBe(200)
  const notOurs = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.filter(({ kind }) => kind !== 'VirtualService')
  const release = world.release('2.0.0', 'k3f9', { virtualService: 'cart-virtualservice' }, notOurs)
  const { snapshot } = await world.inspect(release)
  const before = at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')
  world.ledger.start(20)

  const statuses: number[] = []
  for (const [index, goal] of wholeCanary.entries()) {
    await world.reach(release, snapshot, goal, index + 1)
    statuses.push(applyFromGit(false))
  }

  expect(statuses).toEqual([409, 409, 409, 409, 409, 200, 200])
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toEqual(before)
  expect(await verdict(world)).toEqual(clean)
})

describe("flagger 16: the managed route is a delegate of a colleague's root", () => {
  const root: KubernetesObject = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'VirtualService',
    metadata: inShop('root'),
    spec: {
      gateways: ['cart-gateway'],
      hosts: ['test.com'],
      http: [{ match: [{ uri: { prefix: '/' } }], delegate: { name: 'cart-virtualservice', namespace: 'shop' } }],
    } as unknown as Json,
  } as KubernetesObject
  const delegated: CartWorldOptions = {
    ...lateMesh(41),
    change: objects =>
      objects.map(object =>
        object.kind === 'VirtualService' ? { ...object, spec: { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] } } : object,
      ),
  }

  it('only the delegate is written; the root stays byte for byte', async () => {
    const world = await openCart(delegated)
    const store = world.sandbox.apiServer.objects
    store.create(virtualServices, root, { manager: 'platform' })
    const kept = JSON.stringify(store.get(virtualServices, inShop('root')))
    await world.clock.advance(5000)
    const { reach, witness } = await beginOn(world)

    await reach(...wholeCanary)

    expect(witness.course(({ route: rows }) => rows)).toContain('canary 50, stable 50')
    expect(JSON.stringify(store.get(virtualServices, inShop('root')))).toBe(kept)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject(clean)
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
  })
})

describe('argo 30: a baseline beside the canary', () => {
  const labels = { app: 'baseline' }
  const baseline: readonly KubernetesObject[] = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: inShop('cart-baseline'),
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inShop('cart-baseline'),
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'cart', image: 'ghcr.io/acme/cart:baseline', ports: [{ containerPort: 8080 }] }] },
        },
      },
    },
  ]
  const rows = [
    { to: 'canary', weight: 10 },
    { to: { host: 'cart-baseline' }, weight: 20 },
    { to: 'stable', weight: 70 },
  ]
  const three = step('trafficSplit', { rows }, { name: 'Three ways' })
  const emptied = step('scale', { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart-baseline' }, to: { count: 0 } })
  const remove = step('delete', {
    objects: [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart-baseline' },
      { apiVersion: 'v1', kind: 'Service', name: 'cart-baseline' },
    ],
  })

  it.each([
    { how: 'by the steps of the workflow', abort: false },
    { how: 'by an abort', abort: true },
  ])('is split to, and taken away $how: its weight first, then its pods', async ({ abort }) => {
    const { world, plane, witness, ended } = await openPlane()
    const before = atRest(world)
    const apply = step('apply', { files: ['baseline.yaml'] }, { name: 'Baseline' })
    const steps = [canaryDeployment(), apply, three, approval(), trafficSplit(10), emptied, remove]
    const workflow = cartSteps('2.0.0', bySeconds(late), ...steps)
    const id = await plane.start(workflow, '2.0.0', {}, { 'canary/deploy/2': baseline })
    await plane.until(id, asks)
    expect(lookAt(world).route).toBe('canary 10, cart-baseline 20, stable 70')
    await world.clock.advance(10_000)
    const store = world.sandbox.apiServer.objects
    const withoutWeight: boolean[] = []
    store.subscribe('services', () => {
      if (!store.get('services', inShop('cart-baseline'))) withoutWeight.push(!lookAt(world).route.includes('cart-baseline'))
    })

    await plane.command(id, abort ? { do: 'abort', now: false, who: 'bob' } : { do: 'approve', who: 'bob' })
    expect(await ended(id)).toMatchObject({ status: abort ? 'returned' : 'done' })

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject(clean)
    expect(tally.byVersion['baseline']).toBeGreaterThan(50)
    expect(new Set(withoutWeight)).toEqual(new Set([true]))
    expect(witness.course(({ route: each }) => each)).toContain('canary 10, cart-baseline 20, stable 70')
    expect(atRest(world)).toBe(before)
  })
})

it('flagger 24: a rule that a colleague adds in mid-run stays, and does not hide ours: the split and the way back go on', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(50))
  const store = world.sandbox.apiServer.objects
  const [ours] = at(store.get(virtualServices, route), 'http') as Json[]
  const theirs: Json = { name: 'health', match: [{ uri: { prefix: '/health' } }], directResponse: { status: 200 } }
  const from = witness.sights.length
  store.patch(virtualServices, route, { spec: { http: [theirs, ours ?? null] } }, someone)
  await world.clock.advance(2000)

  await reach(split(75), { to: 'returned', now: false })

  expect(courseOf(witness.sights.slice(from), ({ route: rows }) => rows)).toEqual([
    'canary 50, stable 50',
    'canary 75, stable 25',
    'canary 0, stable 100',
    'cart-svc 100',
  ])
  expect(at(store.get(virtualServices, route), 'http')).toEqual([theirs, { route: [{ destination: { host: 'cart-svc' } }] }])
  expect(await verdict(world)).toEqual(clean)
})
