import { expect, it } from 'vitest'
import { play } from './play.ts'

const seed = Number(process.env['SLUICE_FIRST_SEED'] ?? 11)

it(`is the same history each time for the same seed (${seed}), whatever troubles it`, async () => {
  const first = await play(seed)
  const second = await play(seed)

  expect(first.events).toBeGreaterThan(200)
  expect(second).toEqual(first)
})

it('is another history for another seed, and none of it is lost', async () => {
  const [one, other] = [await play(6, { only: [] }), await play(18, { only: [] })]

  expect(one.hash).not.toBe(other.hash)
  expect([one, other].flatMap(({ violations }) => violations)).toEqual([])
  expect(one.endings).toEqual(['done'])
  expect(one.requests).toBeGreaterThan(100)
})
