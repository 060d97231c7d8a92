import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { createSandbox } from '#sandbox/index.ts'
import { deployment, destinationRule, gateway, resourceOf, service, verdict, virtualService } from './shop.ts'

const kinds = ['deployments.apps', 'replicasets.apps', 'pods', 'endpointslices.discovery.k8s.io', 'virtualservices.networking.istio.io']

/** A release with every kind of chance in it: late routes, two gateways, a crash, a roll, an istiod that ends; everything that happened, line by line. */
async function history(seed: number): Promise<readonly string[]> {
  const chance = seededRandom(seed)
  // Timers of the same moment fire in an order of their own.
  const clock = new VirtualClock(undefined, () => chance())
  const random = seededRandom(seed + 1)
  const late = seededRandom(seed + 2)
  const sandbox = createSandbox({ clock, random, mesh: { gateways: 2, istiods: 2, propagation: () => late() * 500 }, pods: { latency: 3 } })
  const store = sandbox.apiServer.objects
  const lines: string[] = []
  for (const kind of kinds)
    store.subscribe(kind, ({ type, object }) => lines.push(`${clock.now()} ${type} ${kind} ${JSON.stringify(object)}`))
  await clock.runUntil(sandbox.start())
  const put = (object: KubernetesObject): void => {
    const resource = resourceOf[object.kind] ?? ''
    const at = { namespace: 'default', name: object.metadata.name }
    const metadata = {
      ...object.metadata,
      namespace: 'default',
      ...(store.get(resource, at) ? { resourceVersion: store.get(resource, at)?.metadata.resourceVersion ?? '' } : {}),
    }
    if (store.get(resource, at)) store.update(resource, { ...object, metadata }, { manager: 'test' })
    else store.create(resource, { ...object, metadata }, { manager: 'test' })
  }
  for (const object of [
    service(),
    gateway(),
    deployment('1'),
    deployment('2'),
    destinationRule(['1', '2']),
    virtualService([{ subset: 'v1' }]),
  ])
    put(object)
  await clock.advance(4000)
  const end = clock.now() + 6000
  const load = (n: number): void => {
    const one = sandbox.gateways()[n % 2]
    void one?.send({ method: 'GET', path: '/', headers: { host: 'shop.example.com' } }).then(
      forwarded => lines.push(`${clock.now()} request ${n} ${verdict(forwarded)} ${forwarded.endpoint?.pod} ${forwarded.attempts}`),
      (error: unknown) => lines.push(`${clock.now()} request ${n} ${String(error)}`),
    )
    if (clock.now() < end) clock.after(7, () => load(n + 1))
  }
  load(0)
  clock.after(500, () =>
    put(
      virtualService([
        { subset: 'v1', weight: 60 },
        { subset: 'v2', weight: 40 },
      ]),
    ),
  )
  clock.after(1500, () => sandbox.switches.crash({ namespace: 'default', name: store.list('pods', 'default')[0]?.metadata.name ?? '' }))
  clock.after(2000, () => put(deployment('1', 3)))
  clock.after(2500, () => store.delete('pods', { namespace: 'istio-system', name: [...sandbox.mesh.istiods.keys()].toSorted()[0] ?? '' }))
  await clock.advance(9000)
  sandbox.stop()
  return lines
}

it('one seed gives the same history twice, byte for byte; another seed another one', async () => {
  const seed = Math.floor(Math.random() * 1e9)
  const digest = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex')
  const [first, second, other] = [await history(seed), await history(seed), await history(seed + 10)]
  const different = first.findIndex((line, index) => line !== second[index])
  expect(first.slice(different, different + 1), `seed ${seed}: the first line that differs`).toEqual(
    different < 0 ? [] : second.slice(different, different + 1),
  )
  expect(digest(first), `seed ${seed}`).toBe(digest(second))
  expect(first.length).toBeGreaterThan(800)
  expect(digest(other), `seed ${seed}`).not.toBe(digest(first))
})
