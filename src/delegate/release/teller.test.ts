import { expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import type { Progress } from '#protocol/index.ts'
import { teller } from './teller.ts'

async function tell() {
  const clock = new VirtualClock(0)
  const told: Progress[] = []
  const say = teller({ progress: progress => void told.push(progress) }, clock)
  return { clock, told, say }
}

it('a wait that ends by itself is told with since when, until when, and what then; its beginning stays while its end does', async () => {
  const { clock, told, say } = await tell()
  const end = { until: 15_000, next: 'it counts as come everywhere' }
  say({ says: 'the split at every proxy: 0 s after it was written' }, end)
  await clock.advance(5000)
  say({ says: 'the split at every proxy: 5 s after it was written' }, end)
  const since = new Date(0).toISOString()
  const until = new Date(15_000).toISOString()
  expect(told.map(({ waiting }) => waiting)).toEqual([
    { for: 'the split at every proxy: 0 s after it was written', since, until, next: end.next },
    { for: 'the split at every proxy: 5 s after it was written', since, until, next: end.next },
  ])
  await clock.advance(1000)
  say({ says: 'requests under way' }, { until: 36_000, next: 'what is still under way is cut' })
  expect(told.at(-1)?.waiting).toMatchObject({ since: new Date(6000).toISOString(), until: new Date(36_000).toISOString() })
})

it('what has no end of its own is told without one, and nothing is told twice', async () => {
  const { told, say } = await tell()
  say({ says: '1 of 2 pods ready', writes: 1 })
  say({ says: '1 of 2 pods ready', writes: 2 })
  expect(told).toEqual([{ says: '1 of 2 pods ready', writes: 1 }])
})
