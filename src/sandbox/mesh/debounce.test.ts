import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import { createDebounce } from './debounce.ts'

interface Push {
  readonly at: number
  readonly changes: readonly string[]
  readonly done: () => void
}

function open(after = 100, max = 1000) {
  const clock = new VirtualClock(0)
  const pushes: Push[] = []
  const debounce = createDebounce<string>(clock, { after, max }, (changes, done) => pushes.push({ at: clock.now(), changes, done }))
  return { clock, pushes, debounce }
}

describe('the debounce', () => {
  it('pushes what came together, once it has been quiet for long enough', async () => {
    const { clock, pushes, debounce } = open()
    debounce.add('a')
    await clock.advance(60)
    debounce.add('b')
    await clock.advance(99)
    expect(pushes).toEqual([])
    await clock.advance(1)
    expect(pushes).toMatchObject([{ at: 160, changes: ['a', 'b'] }])
  })

  it('waits for quiet no longer than its maximum and one more look', async () => {
    const { clock, pushes, debounce } = open()
    while (pushes.length === 0) {
      debounce.add('more')
      await clock.advance(30)
    }
    expect(pushes[0]?.at).toBeGreaterThanOrEqual(1000)
    expect(pushes[0]?.at).toBeLessThanOrEqual(1100)
  })

  it('starts one push at a time, and then the next with all that came meanwhile', async () => {
    const { clock, pushes, debounce } = open()
    debounce.add('a')
    await clock.advance(100)
    debounce.add('b')
    await clock.advance(500)
    debounce.add('c')
    await clock.advance(500)
    expect(pushes).toHaveLength(1)
    pushes[0]?.done()
    expect(pushes.map(({ changes }) => changes)).toEqual([['a'], ['b', 'c']])
  })

  it('starts nothing after it was closed', async () => {
    const { clock, pushes, debounce } = open()
    debounce.add('a')
    debounce.close()
    debounce.add('b')
    await clock.advance(5000)
    expect(pushes).toEqual([])
  })
})
