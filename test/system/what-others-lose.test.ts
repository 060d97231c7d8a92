import { afterEach, expect, it } from 'vitest'
import { abortUnready, interrupt, openAtHalf, type AtHalf } from './what-others-lose.ts'

let half: AtHalf
afterEach(() => half.close())

const clean = { lost: 0, wrongVersion: 0, trouble: [] }

it('argo 10, flagger 9: a new version that arrives at 50 % begins at 0 %, and no request is lost', async () => {
  half = await openAtHalf()

  const { tally, beganWith } = await interrupt(half)

  expect(tally).toMatchObject(clean)
  expect(tally.byVersion['3.0.0']).toBeGreaterThan(1000)
  expect(beganWith).toBe(0)
})

it.each([
  { now: false, share: 75 },
  { now: true, share: 100 },
])(
  'row 11, argo 22: an abort at 50 % with one of four old pods not ready gives the old version $share % at once (now: $now)',
  async ({ now, share }) => {
    half = await openAtHalf()

    const { tally, given, declaredAfter, arrivedAfter } = await abortUnready(half, now)

    expect(given).toBe(share)
    expect(declaredAfter).toBeLessThan(300)
    expect(arrivedAfter).toBeLessThan(4000)
    expect(tally).toMatchObject(clean)
  },
)
