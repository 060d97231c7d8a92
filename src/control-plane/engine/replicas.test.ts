import { describe, expect, it } from 'vitest'
import { play } from './simulation/play.contract.ts'
import { newWorld, scenarios } from './simulation/scenarios.contract.ts'
import { essence, playRestlessly } from './simulation/unrest.contract.ts'

const seeds = Array.from({ length: Number(process.env['SLUICE_SEEDS'] ?? 20) }, (_, i) => i + 1)

describe.each(Object.keys(scenarios))('%s', scenario => {
  it('ends the same on replicas that freeze, wake and die', async () => {
    const whole = essence(await play({ scenario }))
    const either = scenarios[scenario]?.(newWorld()).ends === 'either'
    for (const seed of seeds) {
      const ending = essence(await playRestlessly(seed, { scenario }))
      if (either) expect(ending.violations, `seed ${seed}`).toEqual([])
      else expect(ending, `seed ${seed}`).toEqual(whole)
    }
  })
})

it('gives the same history for the same seed', async () => {
  const scenario = 'a release that succeeds'
  const [first, second] = [await playRestlessly(7, { scenario }), await playRestlessly(7, { scenario })]
  expect(second).toEqual(first)
})
