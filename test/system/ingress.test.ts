import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, type KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, returned, split, wholeCanary } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

type Objects = readonly KubernetesObject[]

const host = 'shop.example.com'

/** The cart's manifests with an Ingress of ingress-nginx in place of everything of Istio. */
const behindNginx = (objects: Objects): Objects => [
  ...objects.filter(object => !object.apiVersion.startsWith('networking.istio.io/')),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'cart', namespace: 'shop', annotations: { 'sluice.dev/managed': 'true' } },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'cart-svc', port: { number: 80 } } } }] } },
      ],
    },
  },
]

/** ingress-nginx as it is by itself: a look every 3.3 s, workers that follow within a second. */
const nginx: CartWorldOptions = { nginx: { replicas: 2 }, late: 4500, change: behindNginx }

async function open(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open({ ...nginx, ...options })
  worlds.push(world)
  return world
}

const withoutRecord = (objects: readonly unknown[]): string =>
  canonicalJson(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)

const ingress = (world: CartWorld, name: string): KubernetesObject | undefined =>
  world.sandbox.apiServer.objects.get('ingresses.networking.k8s.io', { namespace: 'shop', name })

const weight = (world: CartWorld): string | undefined =>
  ingress(world, 'cart-canary')?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight']

/** Runs the goals under load, each followed by two quiet seconds, and gives what the load got. */
async function play(world: CartWorld, goals: readonly Goal[]) {
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20, [host], () => world.sandbox.nginx())
  for (const [index, goal] of goals.entries()) {
    expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
    await world.clock.advance(2000)
  }
  return world.clock.runUntil(world.ledger.stop())
}

describe('a canary behind ingress-nginx', () => {
  it('is released step by step: no request lost, none wrong, and at rest as the manifests say', async () => {
    const world = await open({ seed: 61 })
    const before = withoutRecord(world.resting())
    const main = ingress(world, 'cart')

    const tally = await play(world, wholeCanary)

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(withoutRecord(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
    expect(ingress(world, 'cart')).toEqual(main)
  })

  it.each([1, 2, 3, 4, 5])('goes back from goal %i: the old version, no request lost, everything as it was', async goal => {
    const world = await open({ seed: 70 + goal })
    const before = withoutRecord(world.resting())

    const tally = await play(world, [...wholeCanary.slice(0, goal + 1), returned])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutRecord(world.resting())).toBe(before)
  })

  it('is made with weight 0 before a canary pod exists, and gets its share by patches', async () => {
    const world = await open({ seed: 80 })
    const weights: (string | undefined)[] = []
    world.sandbox.apiServer.objects.subscribe('ingresses.networking.k8s.io', () => {
      if (weights.at(-1) !== weight(world)) weights.push(weight(world))
    })

    await play(world, [pinned, prepared(), split(50), split(10), returned])

    expect(weights).toEqual(['0', '50', '10', '0', undefined])
  })
})
