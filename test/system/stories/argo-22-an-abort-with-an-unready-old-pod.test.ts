// The new version has half of the users, one of four old pods is not ready, and the mesh is three seconds late. Somebody aborts.
// Other tools wait here until the old version is whole, and leave users on the version that was aborted. Sluice moves at once: three
// quarters to the three old pods that are ready, or with --now everybody, and loses no request.
import { expect, it, onTestFinished } from 'vitest'
import { clean } from '../story.ts'
import { abortUnready, openAtHalf } from '../what-others-lose.ts'

it.each([
  { now: false, share: 75 },
  { now: true, share: 100 },
])(
  'argo 22: an abort at 50 % with one of four old pods not ready gives the old version $share % at once (now: $now)',
  async ({ now, share }) => {
    const half = await openAtHalf()
    onTestFinished(() => half.close())

    const { tally, given, declaredAfter, arrivedAfter } = await abortUnready(half, now)

    expect(given).toBe(share)
    expect(declaredAfter).toBeLessThan(300)
    expect(arrivedAfter).toBeLessThan(4000)
    expect(tally).toMatchObject(clean)
  },
)
