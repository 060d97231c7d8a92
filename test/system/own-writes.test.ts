import { afterEach, expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Finding } from '#delegate/release/index.ts'
import { CartWorld } from './cart-world.ts'
import { wholeCanary } from './goals.ts'

let world: CartWorld | undefined
afterEach(() => world?.close())

/** Answers to writes come late: a watch shows what was written before the one who wrote it knows. */
function answeringLate(cluster: Cluster): Cluster {
  return {
    ...cluster,
    request: async (request, signal) => {
      const answer = await cluster.request(request, signal)
      const clock = request.method === 'GET' ? undefined : world?.clock
      if (clock) await new Promise<void>(resolve => void clock.after(300, resolve))
      return answer
    },
  }
}

it('does not take what the run itself has written for drift, where its watch shows it before the answer comes', async () => {
  world = await CartWorld.open({ through: answeringLate })
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  const found: unknown[] = []
  world.watch(release, snapshot).then(
    finding => found.push(finding),
    () => undefined,
  )

  for (const [index, goal] of wholeCanary.slice(1, 5).entries()) await world.reach(release, snapshot, goal, index + 2)

  expect(found).toEqual([])
})

it('knows what another process of the run has written, and a stranger who writes after it', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  const found: Finding[] = []
  const watching = world.watch(release, snapshot, world.elsewhere()).then(finding => found.push(finding))

  for (const [index, goal] of wholeCanary.slice(1, 5).entries()) await world.reach(release, snapshot, goal, index + 2)
  expect(found).toEqual([])
  const edit = { spec: { template: { spec: { terminationGracePeriodSeconds: 5 } } } }
  world.sandbox.apiServer.objects.patch('deployments.apps', { namespace: 'shop', name: 'cart' }, edit, { manager: 'kubectl-edit' })
  await world.clock.runUntil(watching)

  expect(found).toMatchObject([{ says: expect.stringContaining('pod template') as string, drift: expect.anything() as unknown }])
  const drift = found.flatMap(finding => finding.drift ?? [])
  expect(drift).toMatchObject([
    { path: 'spec.template.spec.terminationGracePeriodSeconds', is: 'conflicting', by: { manager: 'kubectl-edit' } },
  ])
})

it('does not take a pause that a stranger has undone for a write of another process', async () => {
  world = await CartWorld.open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  await world.reach(release, snapshot, { to: 'pinned' }, 1)
  const watching = world.watch(release, snapshot, world.elsewhere())
  await world.clock.advance(1000)

  const resumed = { spec: { paused: null } }
  world.sandbox.apiServer.objects.patch('deployments.apps', { namespace: 'shop', name: 'cart' }, resumed, { manager: 'kubectl-rollout' })

  const finding = await world.clock.runUntil(watching)
  expect(finding.drift).toMatchObject([{ path: 'spec.paused', is: 'conflicting', ours: true }])
})
