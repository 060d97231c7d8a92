// A service is deployed for the first time, or its workload was renamed, so that what looks like "stable" is the new version that
// nobody has seen, while pods of another name still serve; or the canary's name belongs to somebody else. A first deployment is a
// plain apply; pods and workloads that are not ours are refused by their names before anything is written.
import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { pinned, prepared, promoted, returned, split } from '../goals.ts'
import { asTea, at, inShop, openCart, someone } from '../story.ts'

it('row 16: a first deployment is a plain apply, its splits do nothing, and a failure removes what it made', async () => {
  const world = await openCart()
  const release = world.release('2.0.0', 'k3f9', { name: 'tea' }, asTea)
  const { snapshot } = await world.inspect(release)
  expect(snapshot.first).toBe(true)

  for (const [index, goal] of [pinned, prepared(), split(50), promoted].entries()) await world.reach(release, snapshot, goal, index + 1)
  const store = world.sandbox.apiServer.objects
  expect(at(store.get('deployments.apps', inShop('tea')), 'replicas')).toBe(4)
  expect(store.get('deployments.apps', inShop('tea-canary'))).toBeUndefined()
  await world.reach(release, snapshot, returned, 5)

  expect(store.get('deployments.apps', inShop('tea'))).toBeUndefined()
  expect(store.get('services', inShop('tea-svc'))).toBeUndefined()
})

it('row 16: a workload that was renamed is refused: the pods of the old name still serve', async () => {
  const world = await openCart()
  const rename = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.map(object => (object.kind === 'Deployment' ? { ...object, metadata: { ...object.metadata, name: 'cart-v2' } } : object))

  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9', {}, rename))

  expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([
    { code: 'SL-RELEASE-UNFINISHED', message: expect.stringMatching(/Deployment shop\/cart-v2: cart-\w+/) },
  ])
})

it('row 16: a foreign Deployment of the name of the canary is refused', async () => {
  const world = await openCart()
  const labels = { app: 'other' }
  const spec = {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'acme/x:1' }] } },
  }
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: inShop('cart-canary'), spec }
  world.sandbox.apiServer.objects.create('deployments.apps', object, someone)

  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))

  expect(findings.map(each => each.code)).toContain('SL-RELEASE-FOREIGN-CANARY')
})
