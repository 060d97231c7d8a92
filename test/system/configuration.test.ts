// What comes with the pods: configuration of a version, Jobs, and what stands in Git.
import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { configured } from './configured.ts'
import { pinned, prepared, split, wholeCanary } from './goals.ts'
import { atRest, clean, inShop, openCart, someone, verdict } from './story.ts'
import { canaryPods, lookAt, stablePods } from './witness.ts'

describe.each(['ConfigMap', 'Secret'] as const)('flagger 20: only a %s changes', kind => {
  it('the same image is released with it: new values on canary pods alone, then on all', async () => {
    const old = configured('bcdfghjk', kind)
    const world = await openCart({ change: old })
    const manifests = configured('mnpqrstv', kind)
    const release = world.release('1.0.0', 'k3f9', {}, manifests, [manifests(world.manifests('1.0.0')).length - 1])
    const { snapshot } = await world.inspect(release)
    const reads = (pods: readonly KubernetesObject[]): readonly string[] => [
      ...new Set(pods.map(pod => /cart-env-\w+/.exec(JSON.stringify(pod.spec))?.[0] ?? '')),
    ]
    world.ledger.start(20)

    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
    expect([reads(stablePods(world)), reads(canaryPods(world))]).toEqual([['cart-env-bcdfghjk'], ['cart-env-mnpqrstv']])
    for (const [index, goal] of wholeCanary.slice(4).entries()) await world.reach(release, snapshot, goal, index + 9)

    await world.clock.advance(5000)
    expect(reads(stablePods(world))).toEqual(['cart-env-mnpqrstv'])
    expect(lookAt(world)).toMatchObject({ canary: 'none', ready: { '1.0.0': 4 } })
    expect(await verdict(world)).toEqual(clean)
  })
})

describe('row 5: at rest the route depends on no label that Git does not have', () => {
  const afterRelease = async () => {
    const world = await openCart()
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of wholeCanary.entries()) await world.reach(release, snapshot, goal, index + 1)
    return { world, store: world.sandbox.apiServer.objects, manifests: world.rendered('2.0.0').objects }
  }

  it('everything is deleted and made again from Git: requests are answered', async () => {
    const { world, store, manifests } = await afterRelease()
    const resources: Readonly<Record<string, string>> = {
      Service: 'services',
      Deployment: 'deployments.apps',
      DestinationRule: 'destinationrules.networking.istio.io',
      VirtualService: 'virtualservices.networking.istio.io',
      Gateway: 'gateways.networking.istio.io',
    }
    for (const { kind, metadata } of manifests) store.delete(resources[kind] ?? '', inShop(metadata.name))
    await world.clock.advance(60_000)
    for (const object of manifests) store.create(resources[object.kind] ?? '', object as KubernetesObject, someone)
    await world.clock.advance(20_000)

    world.ledger.start(20)
    await world.clock.advance(5000)

    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, byVersion: { '2.0.0': expect.any(Number) } })
  })

  it('a hotfix by kubectl rolls the workload: requests are answered throughout', async () => {
    const { world, store } = await afterRelease()
    world.sandbox.switches.pods({ version: '2.0.0' }, { stops: 'gracefully' })
    world.ledger.start(20)
    const containers: Json = [{ name: 'cart', image: 'ghcr.io/acme/cart:2.0.1-graceful', ports: [{ containerPort: 8080 }] }]
    store.patch('deployments.apps', inShop('cart'), { spec: { template: { spec: { containers } } } }, { manager: 'kubectl-set' })
    await world.clock.advance(30_000)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally.byVersion['2.0.1-graceful']).toBeGreaterThan(100)
    expect(tally.trouble.filter(each => each.includes('no healthy upstream') || each.includes('503 UH'))).toEqual([])
  })
})

describe('row 24: a Job among the manifests', () => {
  const migrating =
    (image: string) =>
    (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => [
      ...objects,
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: inShop('migrate'),
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: `ghcr.io/acme/migrate:${image}` }] } } },
      },
    ]

  it('runs once in a release; a later one that would change it is refused before anything is written', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const made: string[] = []
    store.subscribe('jobs.batch', ({ type, object }) => void (type === 'ADDED' && made.push(object.metadata.name)))
    const release = world.release('2.0.0', 'k3f9', {}, migrating('1'))
    const { snapshot } = await world.inspect(release)

    for (const [index, goal] of wholeCanary.entries()) await world.reach(release, snapshot, goal, index + 1)
    expect(made).toEqual(['migrate'])
    const before = atRest(world)
    const { findings } = await world.inspect(world.release('3.0.0', 'next', {}, migrating('2')))

    expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([
      { code: 'SL-KUBERNETES-INVALID', message: expect.stringMatching(/^Job shop.migrate: not valid: .*field is immutable/) },
    ])
    expect(atRest(world)).toBe(before)
  })
})
