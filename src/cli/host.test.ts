import { expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import { toldWhereSlow } from './host.ts'

/** Work that is done after so many milliseconds: what it gives, and what was told meanwhile. */
async function done(after: number): Promise<readonly unknown[]> {
  const clock = new VirtualClock(0)
  const told: string[] = []
  const work = new Promise(resolve => clock.after(after, () => resolve('done')))
  const given = await clock.runUntil(toldWhereSlow(work, () => told.push('slow'), clock))
  await clock.advance(5000)
  return [given, ...told]
}

it('tells what takes more than a second, once, and nothing of what does not', async () => {
  expect(await done(999)).toEqual(['done'])
  expect(await done(3000)).toEqual(['done', 'slow'])
})

it('fails as the work does, and tells nothing behind that', async () => {
  const clock = new VirtualClock(0)
  const told: string[] = []
  await expect(clock.runUntil(toldWhereSlow(Promise.reject(new Error('no')), () => told.push('slow'), clock))).rejects.toThrow('no')
  await clock.advance(5000)
  expect(told).toEqual([])
})
