// Blue/green by one Service with a colour in its selector: the other colour has no endpoints behind it, and a swap turns the meaning
// of both names under load. Users would get 503, or the version that is meant to be away. Sluice splits between the hosts of two
// Services, or turns the Service itself where there is no managed route: everybody moves at once and loses nothing, back in one move
// while the old pods are kept, and a first deployment has nobody to swap.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Goal } from '#model/release/index.ts'
import { lateMesh, type CartWorldOptions } from '../cart-world.ts'
import { pinned, prepared, returned } from '../goals.ts'
import { play } from '../routes-world.ts'
import { asTea, openCart } from '../story.ts'
import { resting } from '../told-apart-world.ts'
import { withoutMesh } from '../without-mesh.ts'

describe('row 20: blue/green', () => {
  const swap: Goal = {
    to: 'split',
    fixed: false,
    rows: [
      { to: 'stable', weight: 0 },
      { to: 'canary', weight: 100 },
    ],
  }
  const goals: readonly Goal[] = [pinned, prepared(100), swap, { to: 'atRest', promotes: true }]
  const stage: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart-stage', namespace: 'shop', annotations: { 'sluice.dev/stage-service': 'true' } },
    spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }
  const ways: readonly (readonly [string, CartWorldOptions])[] = [
    ['by a managed route', { ...lateMesh(51), more: { blueGreen: true } }],
    ['by the Service alone', { ...lateMesh(52), change: withoutMesh, more: { blueGreen: true } }],
    [
      'by the Service, with a stage Service of the manifests',
      { ...lateMesh(53), change: objects => [...withoutMesh(objects), stage], more: { blueGreen: true } },
    ],
  ]

  it('is planned and run for a first deployment too: there is nobody to swap', async () => {
    const world = await openCart({ more: { blueGreen: true } })
    const release = world.release('2.0.0', 'k3f9', {}, asTea)
    const { snapshot } = await world.inspect(release)
    expect(snapshot.first).toBe(true)

    for (const [index, goal] of goals.entries())
      expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })

    await world.clock.advance(5000)
    expect(world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'tea' })?.status).toMatchObject({
      readyReplicas: 4,
    })
    expect(world.sandbox.apiServer.objects.list('leases.coordination.k8s.io', 'shop')).toEqual([])
  })

  it.each(ways)('%s: everybody at once, no request lost, at rest as the manifests say', async (_, options) => {
    const world = await openCart(options)
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), goals, ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
    expect(resting(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  })

  it.each(ways)('%s: back in one move while the former version is kept', async (_, options) => {
    const world = await openCart(options)
    const before = resting(world)

    const tally = await play(world, world.release('2.0.0', 'k3f9'), [...goals.slice(0, 3), returned], ['test.com'])

    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(resting(world)).toBe(before)
  })
})
