// Months after a release somebody deletes everything and applies it from Git again, or sets an image with kubectl. If the route at
// rest chose pods by a label that only the release knew, nobody would have it now: 503 for everybody, with no run to blame. At rest
// the cluster equals the manifests, so that requests are answered.
import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { wholeCanary } from '../goals.ts'
import { inShop, openCart, someone } from '../story.ts'

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
