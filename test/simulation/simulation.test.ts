import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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

it.each([
  [15, 'in place, behind a bare route'],
  [13, 'by a canary Ingress'],
  [4, 'by two routes, in their order'],
])('writes what its plan says, to the last (%i: %s)', async number => {
  const { violations, endings } = await play(number, { only: [] })

  expect(violations).toEqual([])
  expect(endings).toEqual(['done'])
})

const seeds = Number(process.env['SLUICE_SEEDS'] ?? (process.env['CI'] ? 500 : 60))

it(`no seed of ${seeds} breaks a promise, in whatever order things come and whoever dies`, { timeout: 1_200_000 }, () => {
  const tool = fileURLToPath(new URL('../../tools/simulate.mjs', import.meta.url))
  const first = process.env['SLUICE_FIRST_SEED'] ?? '1'
  const { stdout, status } = spawnSync(process.execPath, [tool, '--seeds', String(seeds), '--first', first], { encoding: 'utf8' })
  console.log(stdout)

  expect(stdout).toContain(`seeds ${seeds}, `)
  expect(stdout).toContain('violations in 0 seeds')
  expect(status).toBe(0)
})
