import { afterEach, expect, it } from 'vitest'
import { countCalls, type CountedCluster } from '#delegate/kubernetes/index.ts'
import { CartWorld } from './cart-world.ts'
import { pinned } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

/** Opens a world, pins its route, and gives how many watches that took; with `watched`, somebody watches the release from the same moment on. */
async function watchesOf(watched: boolean): Promise<number> {
  let counted: CountedCluster | undefined
  const world = await CartWorld.open({ through: cluster => (counted = countCalls(cluster)) })
  worlds.push(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  const before = counted?.counts().watches ?? 0
  if (watched) world.watch(release, snapshot).catch(() => undefined)
  expect(await world.reach(release, snapshot, pinned, 1)).toMatchObject({ is: 'reached' })
  return (counted?.counts().watches ?? 0) - before
}

it('tasks of one execution that begin at once open one session: a watch beside a goal costs no watch more', async () => {
  const alone = await watchesOf(false)
  expect(alone).toBeGreaterThan(0)
  expect(await watchesOf(true)).toBe(alone)
})
