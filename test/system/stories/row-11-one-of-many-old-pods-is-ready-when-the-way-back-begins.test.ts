// At 50 % somebody aborts, and just now nine of the ten old pods are not ready. All users on the one that is left would be an outage
// of another kind. Sluice gives the old version at once what its ready pods carry and follows as more become ready; with --now
// everybody goes at once.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, returned, split } from '../goals.ts'
import { begin, clean, verdict } from '../story.ts'
import { courseOf, stablePods, type Sight } from '../witness.ts'

const shareOfStable = ({ route }: Sight): number => Number(/stable (\d+)/.exec(route)?.[1] ?? 100)

describe('row 11: one of ten old pods is ready when somebody aborts at 50 %', () => {
  const halfOfTen = async () => {
    const story = await begin({ replicas: 10 })
    await story.reach(pinned, prepared(), split(50))
    const ill = stablePods(story.world).slice(1)
    for (const { metadata } of ill) story.world.sandbox.switches.pods({ name: metadata.name }, { readyAfter: 'never' })
    await story.world.clock.advance(2000)
    for (const [index, { metadata }] of ill.entries())
      story.world.clock.after(5000 * (index + 1), () => story.world.sandbox.switches.pods({ name: metadata.name }, { readyAfter: 0 }))
    return { ...story, from: story.witness.sights.length }
  }

  it('it gets no more than it carries, and follows as the others become ready', async () => {
    const { world, reach, witness, from } = await halfOfTen()

    await reach(returned)

    const seen = witness.sights.slice(from)
    const shares = courseOf(seen, each => String(shareOfStable(each))).map(Number)
    expect(shares.at(-1)).toBe(100)
    expect(shares.length).toBeGreaterThan(3)
    expect(seen.filter(each => shareOfStable(each) > Math.max(50, 10 * (each.ready['1.0.0'] ?? 0)))).toEqual([])
    expect(await verdict(world)).toEqual(clean)
  })

  it('with --now it gets everything at once', async () => {
    const { world, reach, witness, from } = await halfOfTen()

    await reach({ to: 'returned', now: true })

    expect(courseOf(witness.sights.slice(from), ({ route }) => route)).toEqual(['canary 0, stable 100', 'cart-svc 100'])
    expect(await verdict(world)).toEqual(clean)
  })
})
