import { afterEach, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { CartWorld, lateMesh, type CartWorldOptions } from './cart-world.ts'
import { returned, wholeCanary as canary } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

async function open(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open(options)
  worlds.push(world)
  return world
}

const withoutMoment = (objects: readonly unknown[]): string =>
  JSON.stringify(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap'))

it('releases version 2 through a canary: no request lost, no wrong version, at rest as the manifests say', async () => {
  const world = await open(lateMesh(1))
  const before = withoutMoment(world.resting())
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20)

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
  // A wait for time alone tells when it ends: 4.5 s after the write here, and after one second of drain.
  const ends = world.told.flatMap(({ says, waiting }) =>
    waiting ? [{ says, took: Date.parse(waiting.until) - Date.parse(waiting.since) }] : [],
  )
  const splits = ends.filter(({ says }) => says.startsWith('the split at every proxy')).map(({ took }) => took)
  expect(splits.every(took => took > 0 && took <= 4500)).toBe(true)
  expect(Math.max(...splits)).toBeGreaterThan(4400)
  expect(ends.filter(({ says }) => says.endsWith('(drain)')).map(({ took }) => took)).toEqual(expect.arrayContaining([1000]))
  expect(withoutMoment(world.resting())).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})

/** Aborts that come at a random moment of the goal with this index. */
const aborts = [0, 1, 2, 3, 4, 4, 4, 4, 5, 5].map((goal, index) => ({ goal, seed: 100 + index }))

it.each(aborts)(
  'goes back from goal $goal (seed $seed): the old version, no request lost, everything as it was',
  async ({ goal, seed }) => {
    const world = await open(lateMesh(seed))
    const before = withoutMoment(world.resting())
    const release = world.release('2.0.0', 'k3f9')
    const { snapshot } = await world.inspect(release)
    world.ledger.start(20)
    for (const [index, each] of canary.slice(0, goal).entries()) await world.reach(release, snapshot, each, index + 1)

    const abort = new AbortController()
    world.clock.after(Math.floor(seededRandom(seed)() * 15_000), () => abort.abort(new Error('aborted')))
    const cut = canary[goal]
    if (cut) await world.reach(release, snapshot, cut, goal + 1, abort.signal).catch(() => undefined)
    if (seed % 2 === 0) world.forget()
    expect(await world.reach(release, snapshot, returned, 100)).toMatchObject({ is: 'reached' })
    await world.clock.advance(5000)

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(withoutMoment(world.resting())).toBe(before)
  },
)
