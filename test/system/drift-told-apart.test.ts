import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { lateMesh, type CartWorld, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, returned, split } from './goals.ts'
import { nginx } from './nginx-world.ts'
import { begin, resting, versions } from './told-apart-world.ts'

// Somebody else takes away, or changes, what the run tells apart, while it waits.

const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }
const goals = [pinned, prepared(), beta, split(10)]

interface Place {
  readonly options: CartWorldOptions
  readonly resource: string
  readonly name: string
  /** Where in the object the header route stands. */
  readonly path: RegExp
}

const places: Readonly<Record<string, Place>> = {
  'a VirtualService': {
    options: lateMesh(121),
    resource: 'virtualservices.networking.istio.io',
    name: 'cart-virtualservice',
    path: /^spec\.http\[sluice-route\.beta\./,
  },
  'an HTTPRoute': {
    options: { ...lateMesh(122), change: byGatewayApi },
    resource: 'httproutes.gateway.networking.k8s.io',
    name: 'cart',
    path: /^spec\.rules\[sluice-route\.beta\./,
  },
  'a canary Ingress': {
    options: { ...nginx, seed: 123 },
    resource: 'ingresses.networking.k8s.io',
    name: 'cart-canary',
    path: /^metadata\.annotations\[nginx\.ingress\.kubernetes\.io\/canary-by-header/,
  },
}

const objectOf = (world: CartWorld, { resource, name }: Place): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.get(resource, { namespace: 'shop', name })
const said = (object: KubernetesObject | undefined): readonly object[] => [object?.spec ?? {}, object?.metadata.annotations ?? {}]

/** As `kubectl edit` writes it: lists as wholes, annotations one by one. */
function edit(world: CartWorld, place: Place, to: (object: KubernetesObject) => object, manager = 'kubectl-edit'): void {
  const live = objectOf(world, place)
  if (!live) throw new Error('it is not there')
  world.sandbox.apiServer.objects.patch(place.resource, { namespace: 'shop', name: place.name }, to(live) as Json, { manager })
}

/** The header route taken out: the entry, or its annotations. */
function without(object: KubernetesObject): object {
  const spec = (object.spec ?? {}) as Readonly<Record<string, readonly { readonly name?: string }[]>>
  const list = spec['http'] ? 'http' : 'rules'
  const gone = { 'canary-by-header': null, 'canary-by-header-value': null }
  if (object.kind === 'Ingress')
    return {
      metadata: { annotations: Object.fromEntries(Object.keys(gone).map(name => [`nginx.ingress.kubernetes.io/${name}`, null])) },
    }
  return { spec: { [list]: spec[list]?.filter(({ name }) => !name?.startsWith('sluice-')) } }
}

describe.each(Object.entries(places))('a header route in %s', (_, place) => {
  it('is put back where somebody takes it out, and told', async () => {
    const { world, before, reach, release, snapshot } = await begin(place.options)
    await reach(...goals)
    const left = said(objectOf(world, place))

    const watching = world.watch(release, snapshot)
    await world.clock.advance(100)
    edit(world, place, without)
    const found = await world.clock.runUntil(watching)
    expect(found).toMatchObject({ found: 'drift', putBack: true, endangers: false })
    expect(found.drift?.map(({ path, is }) => [place.path.test(path), is])).toContainEqual([true, 'conflicting'])
    expect(said(objectOf(world, place))).toEqual(left)
    await world.clock.advance(5000)
    expect(await versions(world, { 'x-beta': 'yes' }, 5)).toEqual(new Set(['2.0.0']))

    await reach(returned)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})

describe('in a VirtualService', () => {
  const place = places['a VirtualService'] as Place

  it('a header route that somebody widens is put back: everybody would be on the canary', async () => {
    const { world, reach, release, snapshot } = await begin({ ...place.options, seed: 124 })
    await reach(...goals)
    const left = said(objectOf(world, place))
    const watching = world.watch(release, snapshot)
    await world.clock.advance(100)
    edit(world, place, ({ spec }) => {
      const { http } = spec as { readonly http: readonly { readonly name?: string; readonly match?: object }[] }
      return {
        spec: {
          http: http.map(({ match, ...entry }) => (entry.name?.startsWith('sluice-') ? entry : { ...entry, ...(match ? { match } : {}) })),
        },
      }
    })

    expect(await world.clock.runUntil(watching)).toMatchObject({ found: 'drift', putBack: true })
    expect(said(objectOf(world, place))).toEqual(left)
  })

  it('sticky users, weights and header routes come back together where the whole route is reset; their cookies stay valid', async () => {
    const sticky = { cookie: 'cart-version', maxAge: 3600 }
    const { world, reach, release, snapshot } = await begin({ ...place.options, seed: 125, more: { sticky } })
    await reach(...goals)
    const left = said(objectOf(world, place))
    const watching = world.watch(release, snapshot)
    await world.clock.advance(100)
    edit(world, place, () => ({ spec: { http: [{ route: [{ destination: { host: 'cart-svc' } }] }] } }), 'argocd-controller')

    expect(await world.clock.runUntil(watching)).toMatchObject({ found: 'drift', putBack: true })
    expect(said(objectOf(world, place))).toEqual(left)
  })
})
