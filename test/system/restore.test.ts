import { afterEach, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { CartWorld } from './cart-world.ts'
import { deadly, type Deaths } from './deadly.ts'
import { atRest, pinned, prepared, returned, split } from './goals.ts'
import { restored } from './restored.ts'

let world: CartWorld
afterEach(() => world.close())

const lease = (holder: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'sluice-release-cart', namespace: 'shop' },
  spec: { holderIdentity: holder },
})

it('does not take a release back to before a run that is over, while a newer one has only taken the Leases', async () => {
  world = await CartWorld.open()
  const before = JSON.stringify(world.resting())
  world.sandbox.apiServer.objects.create('leases.coordination.k8s.io', lease('newer'), { manager: 'sluice-run' })

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toBeUndefined()

  world.sandbox.apiServer.objects.delete('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' })
  expect(JSON.stringify(world.resting())).toBe(before)
  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toBeUndefined()
})

it('takes a run back whose host is gone', async () => {
  world = await CartWorld.open()
  const before = JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  world.forget()

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({ is: 'reached' })

  expect(JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))).toBe(before)
})

it('does not go forward again when the host of a run that was taken back comes back', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  world.forget()
  await world.clock.runUntil(restored(world, seededRandom(1)))
  const before = JSON.stringify(world.resting())

  await expect(world.clock.runUntil(world.watch(release, snapshot))).rejects.toMatchObject({ code: 'SL-RELEASE-RESTORED' })
  for (const goal of [prepared(), atRest])
    await expect(world.reach(release, snapshot, goal, 2)).rejects.toMatchObject({ code: 'SL-RELEASE-RESTORED', blame: 'user' })
  expect(await world.reach(release, snapshot, { to: 'returned', now: false }, 3)).toMatchObject({ is: 'reached' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('leaves a template that somebody edited, says so, and gives back everything else, so that nothing is blocked by it', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, prepared(), 1)
  world.forget()
  const edit = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } }
  const cart = { namespace: 'shop', name: 'cart' }
  world.sandbox.apiServer.objects.patch('deployments.apps', cart, edit, { manager: 'kubectl-edit' })

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({
    is: 'reached',
    kept: expect.stringContaining('Deployment shop/cart: somebody edited its pod template'),
  })

  const { objects } = world.sandbox.apiServer
  expect(objects.get('deployments.apps', cart)).toMatchObject(edit)
  expect(objects.get('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' })).toBeUndefined()
  expect(JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))).not.toMatch(
    /sluice.dev\/(goal|mark|run)|cart-canary/,
  )
  const before = JSON.stringify(world.resting())
  expect(await world.reach(release, snapshot, { to: 'returned', now: false, keepEdit: true }, 2)).toMatchObject({ is: 'reached' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('lets an edit that has replaced every old pod roll under the new version, and takes users there only then', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [{ to: 'pinned' } as const, prepared(), split(100)].entries())
    await world.reach(release, snapshot, goal, index + 1)
  world.forget()
  const cart = { namespace: 'shop', name: 'cart' }
  const edit = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } }
  world.sandbox.apiServer.objects.patch('deployments.apps', cart, edit, { manager: 'kubectl-edit' })
  await world.clock.advance(120_000)

  expect(await world.clock.runUntil(restored(world, seededRandom(1)))).toMatchObject({
    is: 'reached',
    kept: expect.any(String),
    says: expect.stringContaining('edit of the workload stays'),
  })

  const { objects } = world.sandbox.apiServer
  expect(objects.get('deployments.apps', { namespace: 'shop', name: 'cart-canary' })).toBeUndefined()
  expect(objects.get('deployments.apps', cart)).toMatchObject(edit)
  expect(objects.get('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' })).toBeUndefined()
})

it('does not end a run as done that was taken back while its process stood still at the end', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, prepared(), 1)

  await world.clock.runUntil(restored(world, seededRandom(1)))

  await expect(world.reach(release, snapshot, atRest, 2)).rejects.toMatchObject({ code: 'SL-RELEASE-RESTORED' })
})

/**
 * A host that can be made to sleep: nothing that it asks for is answered, its watches show nothing, and break when it wakes: then all
 * of them show again what is, or `only` those of one path.
 */
function sleeper(only = '') {
  let asleep: Promise<void> | undefined
  let rouse: (() => void) | undefined
  const writes: string[] = []
  const through = (cluster: Cluster): Cluster => ({
    ...cluster,
    request: async (request, signal) => {
      await asleep
      if (request.method !== 'GET') writes.push(`${request.method} ${request.path}`)
      return cluster.request(request, signal)
    },
    watch: async function* (path, signal) {
      for await (const event of cluster.watch(path, signal)) {
        if (asleep && !path.includes(only)) await new Promise(resolve => signal?.addEventListener('abort', resolve))
        if (asleep) return await asleep
        yield event
      }
    },
  })
  const sleep = (): void => void (asleep = new Promise(resolve => (rouse = resolve)))
  const wake = (): void => {
    asleep = undefined
    writes.length = 0
    rouse?.()
  }
  return { through, sleep, wake, writes }
}

const taken = { code: 'SL-RELEASE-RESTORED', blame: 'user' }

it.each([
  ['its watches have shown it', 2000],
  ['its watches have shown anything', 0],
])('writes nothing when its host wakes from a sleep through a restore, after %s', async (_, pause) => {
  const host = sleeper()
  world = await CartWorld.open({ through: host.through })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  host.sleep()
  await world.clock.runUntil(restored(world, seededRandom(1)))
  const before = JSON.stringify(world.resting())
  host.wake()
  await world.clock.advance(pause)

  await expect(world.reach(release, snapshot, prepared(), 2)).rejects.toMatchObject(taken)
  expect(host.writes).toEqual([])
  expect(JSON.stringify(world.resting())).toBe(before)
})

it.each([
  ['anew', undefined],
  ["the routes' changes alone", '/virtualservices'],
])(
  'puts no split back when its host wakes from a sleep through a restore: its watch, which is told %s, says that it is over',
  async (_, only) => {
    const host = sleeper(only)
    world = await CartWorld.open({ through: host.through })
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of [pinned, prepared(), split(10)].entries()) await world.reach(release, snapshot, goal, index + 1)
    const watching = world.watch(release, snapshot).catch((error: unknown) => error)
    await world.clock.advance(1000)
    host.sleep()
    await world.clock.runUntil(restored(world, seededRandom(1)))
    const before = JSON.stringify(world.resting())
    host.wake()

    expect(await world.clock.runUntil(watching)).toMatchObject(taken)
    expect(host.writes).toEqual([])
    await world.clock.advance(2000)
    if (only === undefined) expect(await world.reach(release, snapshot, returned, 4)).toMatchObject({ is: 'reached' })
    expect(host.writes).toEqual([])
    expect(JSON.stringify(world.resting())).toBe(before)
  },
)

const notRecorded = (): string => JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))

/** A restore that is killed after so many writes; undefined where it ended before. */
async function killedAfter(writes: number): Promise<'killed' | undefined> {
  const died: Deaths = { now: new AbortController(), writes: 0 }
  const typed = restored(world, seededRandom(writes), { through: deadly(died, writes - 1), signal: died.now.signal })
  await world.clock.runUntil(typed.catch(() => undefined))
  return died.writes > 0 ? 'killed' : undefined
}

it('is finished by the next one, after whichever write it was killed: nothing is left, no request lost, and the next run goes its way', async () => {
  world = await CartWorld.open()
  const before = notRecorded()
  world.ledger.start(200)
  let writes = 0
  do {
    const release = world.release('2.0.0', `k${writes}`)
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
    world.forget()
    writes++
    if ((await killedAfter(writes)) === undefined) break

    await world.clock.runUntil(restored(world, seededRandom(1)))

    expect([writes, notRecorded()]).toEqual([writes, before])
  } while (writes < 40)

  expect(writes).toBeGreaterThan(8)
  await world.clock.advance(1000)
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
})

it.each([
  { apart: 100, edited: false },
  { apart: 2000, edited: false },
  { apart: 100, edited: true },
  { apart: 700, edited: true },
])('that two people typed $apart ms apart gives everything back, and tells both: edited: $edited', async ({ apart, edited }) => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
  world.forget()
  const edit = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } }
  if (edited)
    world.sandbox.apiServer.objects.patch('deployments.apps', { namespace: 'shop', name: 'cart' }, edit, { manager: 'kubectl-edit' })
  world.ledger.start(200)

  const first = restored(world, seededRandom(1))
  await world.clock.advance(apart)
  const both = await world.clock.runUntil(Promise.all([first, restored(world, seededRandom(2))]))

  for (const end of both) expect(end).toMatchObject({ is: 'reached', ...(edited ? { kept: expect.any(String) } : {}) })
  expect(notRecorded()).not.toMatch(/sluice.dev\/(goal|mark|run)|cart-canary/)
  expect(
    world.sandbox.apiServer.objects.get('leases.coordination.k8s.io', { namespace: 'shop', name: 'sluice-release-cart' }),
  ).toBeUndefined()
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, trouble: [] })
})
