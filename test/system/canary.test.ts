import { afterEach, expect, it } from 'vitest'
import type { Goal } from '#model/release/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

async function open(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open(options)
  worlds.push(world)
  return world
}

const split = (canary: number): Goal => ({
  to: 'split',
  fixed: false,
  rows: [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ],
})
const canary: readonly Goal[] = [
  { to: 'pinned' },
  { to: 'prepared', instances: { percent: 25 }, fixed: false },
  split(10),
  split(50),
  { to: 'promoted', traffic: 'canary' },
  { to: 'canaryRemoved' },
  { to: 'atRest' },
]

it('releases version 2 through a canary: no request lost, no wrong version, at rest as the manifests say', async () => {
  const world = await open()
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(10)

  let writes = 0
  for (const [index, goal] of canary.entries()) {
    const reached = await world.reach(release, snapshot, goal, index + 1)
    expect(reached).toMatchObject({ is: 'reached' })
    writes += reached.writes
    await world.clock.advance(2000)
  }

  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(tally.byVersion['2.0.0']).toBeGreaterThan(100)
  expect(writes).toBeLessThan(30)
  expect(world.resting()).toMatchInlineSnapshot()
})
