// What is left, or still works, of a run that is over.
import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { atRest, pinned, prepared, returned } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

const leases = 'leases.coordination.k8s.io'
const held = (): readonly string[] => world.sandbox.apiServer.objects.list(leases, 'shop').map(({ metadata }) => metadata.name)

/** As a create lands that a process of this execution sent before the end. */
function landLease(execution: string, name = 'sluice-release-cart'): void {
  const object = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'shop' },
    spec: { holderIdentity: execution },
  }
  world.sandbox.apiServer.objects.create(leases, object, { manager: 'sluice-run' })
}

async function aRun(execution: string, ...goals: Parameters<CartWorld['reach']>[2][]) {
  const release = world.release('2.0.0', execution)
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of goals.entries()) await world.reach(release, snapshot, goal, index + 1)
  return { release, snapshot }
}

it.each([1, 3])('writes nothing for a task of it that is done once more, be it the first one: number %i', async number => {
  world = await CartWorld.open()
  const { release, snapshot } = await aRun('k3f9', pinned, returned)
  const before = JSON.stringify(world.resting())

  await expect(world.reach(release, snapshot, pinned, number)).rejects.toMatchObject({ code: 'SL-RELEASE-OVER' })

  world.forget()
  await expect(world.reach(release, snapshot, pinned, number)).rejects.toMatchObject({ code: 'SL-RELEASE-OVER' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('writes nothing for the first task of a run that went back before anything of it was written', async () => {
  world = await CartWorld.open()
  await aRun('a1', pinned, returned)
  const { release, snapshot } = await aRun('k3f9', returned)
  const before = JSON.stringify(world.resting())

  await expect(world.reach(release, snapshot, pinned, 1)).rejects.toMatchObject({ code: 'SL-RELEASE-OVER' })
  expect(JSON.stringify(world.resting())).toBe(before)
})

it('takes a Lease again that somebody deleted in mid-run', async () => {
  world = await CartWorld.open()
  const { release, snapshot } = await aRun('k3f9', pinned)
  world.forget()
  world.sandbox.apiServer.objects.delete(leases, { namespace: 'shop', name: 'sluice-release-cart' })

  expect(await world.reach(release, snapshot, prepared(), 2)).toMatchObject({ is: 'reached' })
  expect(held()).toContain('sluice-release-cart')
})

it('holds up no later run by what landed after its end: a Lease, an empty canary; the next run says so and takes them away', async () => {
  world = await CartWorld.open()
  const canary: unknown[] = []
  const stop = world.sandbox.apiServer.objects.subscribe('deployments.apps', ({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name === 'cart-canary') canary.push(object)
  })
  await aRun('k3f9', pinned, prepared(), returned)
  stop()
  const before = JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))
  landLease('k3f9')
  landLease('k3f9', 'sluice-route-cart-virtualservice')
  const { resourceVersion: _, uid: __, ...metadata } = (canary[0] as { metadata: Record<string, unknown> }).metadata
  world.sandbox.apiServer.objects.create('deployments.apps', { ...(canary[0] as object), metadata } as never, { manager: 'sluice-run' })

  const next = world.release('3.0.0', 'n1')
  const { snapshot, findings } = await world.inspect(next)
  expect(findings.filter(({ level }) => level === 'refuse')).toEqual([])
  expect(findings.filter(({ code }) => code === 'SL-RELEASE-LEFT-BEHIND').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Lease shop\/sluice-release-cart: left behind by execution k3f9, which is over/),
    expect.stringMatching(/^Lease shop\/sluice-route-cart-virtualservice: left behind/),
    expect.stringMatching(/^Deployment shop\/cart-canary: left behind/),
  ])
  for (const [index, goal] of [pinned, prepared(), returned].entries())
    expect(await world.reach(next, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })

  expect(JSON.stringify(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap'))).toBe(before)
})

it('is cleaned up after by restore, which does not take back what ended well', async () => {
  world = await CartWorld.open()
  await aRun('k3f9', pinned, { to: 'promoted', traffic: 'canary' }, atRest)
  const before = JSON.stringify(world.resting())
  landLease('k3f9')

  expect(await world.restore()).toMatchObject({ is: 'reached', says: expect.stringContaining('Lease shop/sluice-release-cart') })

  expect(JSON.stringify(world.resting())).toBe(before)
  expect(before).toContain('cart:2.0.0')
  expect(await world.restore()).toBeUndefined()
})

it('leaves a run alone that holds the release by now, whatever is still working for it', async () => {
  world = await CartWorld.open()
  const { release, snapshot } = await aRun('k3f9', pinned, returned)
  await aRun('n1', pinned, prepared())
  const before = JSON.stringify(world.resting())
  world.forget()

  for (const goal of [returned, atRest]) expect(await world.reach(release, snapshot, goal, 9)).toMatchObject({ is: 'reached' })
  await expect(world.reach(release, snapshot, prepared(), 9)).rejects.toMatchObject({ code: 'SL-RELEASE-OVER' })
  expect(JSON.stringify(world.resting())).toBe(before)
})
