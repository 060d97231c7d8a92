import { describe, expect, it } from 'vitest'
import { faultModes } from './simulation/fault.contract.ts'
import { play } from './simulation/play.contract.ts'
import { newWorld, scenarios } from './simulation/scenarios.contract.ts'

// Few heartbeats: they are writes too, and every write is a place to die at.
const taskLease = 20_000

describe.each(Object.keys(scenarios).filter(name => !name.endsWith('at the last moment')))('%s', scenario => {
  const whole = play({ scenario, taskLease })

  it('ends as it should when nothing goes wrong', async () => {
    const { status, violations } = await whole
    expect(violations).toEqual([])
    expect(status).toBe(scenarios[scenario]?.(newWorld()).ends)
  })

  it('ends the same when nobody tells of changes [7]', async () => {
    const { writes: _, ...expected } = await whole
    const { writes: __, ...ending } = await play({ scenario, taskLease, faults: { deaf: true } })
    expect(ending).toEqual(expected)
  })

  it.each(faultModes)('ends the same whatever write the power is cut at: %s', async mode => {
    const { writes, ...expected } = await whole
    expect(writes).toBeGreaterThan(10)
    for (let at = 1; at <= writes; at++) {
      const { writes: _, ...ending } = await play({ scenario, taskLease, faults: { at, mode } })
      expect(ending, `write ${at} of ${writes}`).toEqual(expected)
    }
  })
})
