// A process that dies after a write and never learns that it was made: the next one looks at what is, and ends where the first would have.
import { expect, it } from 'vitest'
import { deadly } from './deadly.ts'
import { returned, wholeCanary, pinned, prepared, promoted, split } from './goals.ts'
import { atRest, clean, openCart, verdict } from './story.ts'

it.each([
  { how: 'a release', goals: wholeCanary, version: '2.0.0' },
  { how: 'a way back from 50 %', goals: [pinned, prepared(), split(50), returned], version: '1.0.0' },
  { how: 'a way back behind the end of instant return', goals: [pinned, prepared(), split(50), promoted, returned], version: '1.0.0' },
])('flagger 25: $how is killed after each of its writes: the same end, no request lost', async ({ goals, version }) => {
  const died = { now: new AbortController(), writes: 0 }
  let lethal = false
  const world = await openCart({
    through: cluster => ({ ...cluster, request: (...asked) => (lethal ? deadly(died)(cluster) : cluster).request(...asked) }),
  })
  const before = atRest(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  world.ledger.start(20)
  lethal = true

  for (const [index, goal] of goals.entries()) {
    for (;;) {
      died.now = new AbortController()
      const went = await world.reach(release, snapshot, goal, index + 1, died.now.signal).catch((error: unknown) => error)
      if (!died.now.signal.aborted) {
        expect(went).toMatchObject({ is: 'reached' })
        break
      }
      world.forget()
    }
  }

  expect(died.writes).toBeGreaterThan(8)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', `cart:${version}`))
  expect(await verdict(world)).toEqual(clean)
})
