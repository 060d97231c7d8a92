// What explain says is held against what the sandbox's gateway really does, over generated routes and requests.
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, type KubernetesObject, type Random } from '#base/index.ts'
import { explainBypass, explainRequest, seePodsOf, seeRouting } from '#delegate/explain/index.ts'
import { objectsOf, type Cluster, type Objects } from '#delegate/kubernetes/index.ts'
import { explain, type DoorExplanation, type Question, type ReachedDestination, type RoutingFacts } from '#model/explain/index.ts'
import type { Forwarded } from '#sandbox/index.ts'
import { delegating, destinationRules, httpRoute, question, virtualService } from './made-up-routes.ts'
import { destinationRule, openShop, resourceOf, virtualService as routeOf, type Shop } from './shop.ts'

const by = { manager: 'test' }
const group = 'gateway.networking.k8s.io'
const resources: Readonly<Record<string, string>> = {
  ...resourceOf,
  KubernetesGateway: `gateways.${group}`,
  HTTPRoute: `httproutes.${group}`,
}

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

/** Writes an object; false where the mesh's webhook refuses it: not everything that is generated is valid. */
function put(shop: Shop, object: KubernetesObject): boolean {
  const resource = resources[object.kind === 'Gateway' && object.apiVersion.startsWith(group) ? 'KubernetesGateway' : object.kind] ?? ''
  try {
    shop.sandbox.apiServer.objects.create(resource, object, by)
    return true
  } catch {
    return false
  }
}

async function open(): Promise<Shop> {
  const shop = await openShop({ versions: ['1', '2'] })
  opened.push(shop)
  shop.apply(destinationRule(['1', '2', '3']))
  const spec = { selector: { app: 'cart', version: '2' }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] }
  put(shop, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart-v2', namespace: 'shop' }, spec })
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }]
  const metadata = { name: 'public', namespace: 'shop' }
  put(shop, { apiVersion: `${group}/v1`, kind: 'Gateway', metadata, spec: { gatewayClassName: 'istio', listeners } })
  return shop
}

function objectsIn(shop: Shop): Objects {
  return objectsOf(shop.sandbox.cluster as unknown as Cluster, { clock: shop.clock, random: seededRandom(1) })
}

/** Takes all routes away, writes these, and reads what decides. */
async function routed(shop: Shop, routes: readonly KubernetesObject[]): Promise<RoutingFacts> {
  const store = shop.sandbox.apiServer.objects
  for (const kind of ['VirtualService', 'HTTPRoute', 'DestinationRule'])
    for (const { metadata } of store.list(resources[kind] ?? ''))
      store.delete(resources[kind] ?? '', { namespace: metadata.namespace ?? '', name: metadata.name })
  await shop.clock.advance(1000)
  shop.apply(destinationRule(['1', '2', '3']))
  for (const route of routes) {
    put(shop, route)
    // Ages in whole seconds decide between routes of one host.
    await shop.clock.advance(1100)
  }
  const objects = objectsIn(shop)
  const { signal } = new AbortController()
  const facts = await shop.settle(seeRouting(objects, 'shop', signal))
  return { ...facts, pods: await shop.settle(seePodsOf(facts.services.items, objects, signal)) }
}

/** Why explain cannot have meant what the gateway did; undefined where it did. */
function contradiction({ answer, effects }: DoorExplanation, got: Forwarded): string | undefined {
  switch (answer.is) {
    case 'undecided':
      return 'explain does not know'
    case 'answered':
      if (got.by !== 'proxy' || got.answer.status !== answer.status) return `${got.by} ${got.answer.status} in place of ${answer.status}`
      return got.answer.headers['location'] === answer.location ? undefined : `location ${got.answer.headers['location']}`
    case 'routed':
      if (got.flags === 'FI') return effects.some(({ is }) => is === 'fault') ? undefined : 'a fault that was not told'
      return got.by === 'proxy' ? untoldError(answer.destinations, got) : untoldPod(answer.destinations, got)
  }
}

type Destinations = readonly ReachedDestination[]

function untoldError(destinations: Destinations, { answer: { status }, flags }: Forwarded): string | undefined {
  const told = destinations.some(({ gets }) => gets.is === 'error' && gets.flag === flags && gets.status === status)
  return told ? undefined : `${status} ${flags}`
}

/** The pod that answered must be a ready one of a destination that has a share, and of the version that was told. */
function untoldPod(destinations: Destinations, { answer: { headers }, endpoint }: Forwarded): string | undefined {
  const pods = destinations.flatMap(({ gets, share, pods: all }) => (gets.is === 'pod' && share > 0 ? all.filter(pod => pod.ready) : []))
  const pod = pods.find(({ name }) => name === `shop/${endpoint?.pod}`)
  if (!pod) return `pod ${endpoint?.pod}`
  return headers['x-version'] === pod.version ? undefined : `version ${headers['x-version']}`
}

/** So many requests of one question show its shares: a part that is off by a fifth is seen. */
const enough = 40

/** Versions that pods answer with, each with its part of the requests, as explain tells them. */
function versionsTold(destinations: Destinations): ReadonlyMap<string, number> {
  const parts = new Map<string, number>()
  for (const { share, pods } of destinations) {
    const ready = pods.filter(pod => pod.ready)
    for (const { version } of ready) parts.set(version, (parts.get(version) ?? 0) + share / ready.length)
  }
  return parts
}

/** Why the shares cannot be what was told: a count that chance brings less often than once in a million. */
function wrongShares({ answer, effects }: DoorExplanation, got: readonly Forwarded[]): string | undefined {
  if (answer.is !== 'routed' || effects.some(({ is }) => is === 'fault')) return undefined
  if (answer.destinations.some(({ gets, share }) => share > 0 && gets.is !== 'pod')) return undefined
  for (const [version, part] of versionsTold(answer.destinations)) {
    const count = got.filter(({ answer: { headers } }) => headers['x-version'] === version).length
    const spread = 5 * Math.sqrt(got.length * part * (1 - part)) + 1
    if (Math.abs(count - got.length * part) > spread) return `${count} of ${got.length} from ${version}, which has ${part}`
  }
  return undefined
}

/** What stands beside each other in one round. */
function routesOf(random: Random, mixed: boolean): readonly KubernetesObject[] {
  const others = mixed ? ['d', 'e'].map(name => httpRoute(random, name)) : []
  const delegates = random() < 0.4 ? delegating(random) : []
  const own = ['a', 'b', 'c'].slice(delegates.length > 0 ? 2 : 0).map(name => virtualService(random, name))
  return [...own, ...delegates, ...others, ...destinationRules(random)].toSorted(() => random() - 0.5)
}

/** Sends one request, or many of it, and holds them against what explain says: what it came to, and why that contradicts. */
async function ask(shop: Shop, asked: Question, door: DoorExplanation, isCounted: boolean) {
  const [gateway] = shop.sandbox.gateways()
  if (!gateway) throw new Error('there is one gateway')
  const { method, path, headers, host } = asked
  const send = () => shop.settle(gateway.send({ method, path, headers: { host, ...headers } }))
  const got = await send()
  const many = isCounted && got.by === 'pod' ? await Promise.all(Array.from({ length: enough }, send)) : []
  const kind = door.answer.is === 'answered' ? String(door.answer.status) : got.by === 'pod' ? 'pod' : got.flags
  return { got, kind, wrong: contradiction(door, got) ?? (many.length > 0 ? wrongShares(door, many) : undefined) }
}

/** What requests came to, over all that were compared. */
async function compare(random: Random, rounds: number, mixed: boolean): Promise<readonly string[]> {
  const shop = await open()
  const kinds = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const routes = routesOf(random, mixed)
    const facts = await routed(shop, routes)
    for (let n = 0; n < 12; n++) {
      const asked = question(random)
      const [door, second] = explain(asked, facts).doors
      if (!door || second) throw new Error('there is one gateway with one port')
      // The gateway keeps routes of a former round.
      if (door.notInForce !== undefined) continue
      const { got, kind, wrong } = await ask(shop, asked, door, n % 4 === 0)
      if (wrong !== undefined) throw new Error(`${wrong}: ${JSON.stringify({ round, asked, door, got, routes }, undefined, 1)}`)
      kinds.add(kind)
    }
  }
  return [...kinds]
}

/** A few routes each; `SLUICE_SEEDS=100 npx vitest run test/sandbox/explain.test.ts` looks longer. */
const seeds = Array.from({ length: Number(process.env['SLUICE_SEEDS'] ?? 3) }, (_, index) => 11 + index)

describe('explain and what the gateway does', () => {
  async function compareAll(rounds: number, mixed: boolean): Promise<ReadonlySet<string>> {
    const seen = new Set<string>()
    for (const seed of seeds)
      for (const what of await compare(seededRandom(seed), rounds, mixed).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error })
      }))
        seen.add(what)
    return seen
  }

  it(`agree on generated VirtualServices, delegates, rules and requests (seeds ${seeds.join(' ')})`, async () => {
    // The comparison means something only where all of these came up.
    expect([...(await compareAll(12, false))]).toEqual(expect.arrayContaining(['pod', '200', '301', '302', '404', 'FI', 'NC', 'UH']))
  }, 600_000)

  it(`agree where HTTPRoutes stand beside them (seeds ${seeds.join(' ')})`, async () => {
    expect([...(await compareAll(8, true))]).toEqual(expect.arrayContaining(['pod', '404', '500', 'NC', 'UH']))
  }, 600_000)
})

describe('one reading of a cluster', () => {
  const request: Question = { method: 'GET', host: 'shop.example.com', path: '/', headers: {}, from: { is: 'gateways' } }

  async function split(): Promise<Shop> {
    const shop = await open()
    const route = routeOf([
      { subset: 'v1', weight: 90 },
      { subset: 'v2', weight: 10 },
    ])
    put(shop, { ...route, metadata: { ...route.metadata, annotations: { 'sluice.dev/managed': 'true', 'sluice.dev/run': 'k3f9.2' } } })
    await shop.clock.advance(1000)
    return shop
  }

  it('explains a request with its pods and the run in progress', async () => {
    const shop = await split()
    const asked = { namespace: 'shop', objects: objectsIn(shop), signal: new AbortController().signal }
    const { doors, runs, unseen } = await shop.settle(explainRequest(request, asked))
    expect(doors[0]?.answer).toMatchObject({
      destinations: [
        { share: 0.9, pods: [{ version: '1', ready: true }, { version: '1' }] },
        { share: 0.1, pods: [{ version: '2' }, {}] },
      ],
    })
    expect(runs).toEqual([{ execution: 'k3f9', objects: ['VirtualService shop/cart'] }])
    expect(unseen).toEqual([])
  })

  it('lists the ways past the managed route', async () => {
    const shop = await split()
    const asked = { namespace: 'shop', objects: objectsIn(shop), signal: new AbortController().signal }
    const { services } = await shop.settle(explainBypass(undefined, asked))
    expect(services.map(({ service, ways }) => [service, ways.map(({ is, gets }) => `${is} ${gets}`)])).toEqual([
      ['Service shop/cart-svc', ['mesh 50 % 1, 50 % 2', 'service 100 % 2']],
    ])
  })

  it('without the right to list the cluster looks at the namespace, and tells what it does not see', async () => {
    const shop = await split()
    shop.sandbox.switches.forbid(({ verb, namespace }) => verb === 'list' && namespace === undefined)
    const asked = { namespace: 'shop', objects: objectsIn(shop), signal: new AbortController().signal }
    const { doors, unseen } = await shop.settle(explainRequest(request, asked))
    expect(unseen.map(({ what }) => what)).toEqual(expect.arrayContaining(['VirtualServices', 'DestinationRules', 'Pods of the gateways']))
    expect(doors[0]?.proxies).toBeUndefined()
    expect(doors[0]?.answer).toMatchObject({ destinations: [{ share: 0.9 }, { share: 0.1 }] })
  })
})
