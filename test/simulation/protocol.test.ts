import { describe, expect, it } from 'vitest'
import { ProtocolWorld, type Mutant, type Outcome } from './protocol-world.ts'

const first = Number(process.env['SLUICE_FIRST_SEED'] ?? 1)
const seeds = Number(process.env['SLUICE_SEEDS'] ?? 400)

function play(count: number, mutant: Mutant = 'none'): readonly Outcome[] {
  return Array.from({ length: count }, (_, i) => new ProtocolWorld(first + i, mutant).play())
}

const violates = (o: Outcome): boolean => o.lost > 0 || o.wrongVersion > 0 || !o.ended || !o.rests

describe(`the protocol against late, unordered propagation (seeds ${first}…${first + seeds - 1})`, () => {
  it('loses no request, serves no wrong version, ends, and leaves nothing behind, aborts at any moment included', () => {
    const outcomes = play(seeds)

    expect(outcomes.filter(violates).slice(0, 3)).toEqual([])
    expect(outcomes.filter(o => o.aborted).length).toBeGreaterThan(seeds / 3)
    expect(outcomes.reduce((sum, o) => sum + o.requests, 0)).toBeGreaterThan(seeds * 500)
  })

  it.each(['rule', 'route', 'endpoints'] as const)('sees when the %s is believed to have arrived too early', mutant => {
    expect(play(60, mutant).filter(violates).length).toBeGreaterThan(0)
  })

  it('sees when requests that are told apart are overlooked', () => {
    expect(play(60, 'apart').filter(o => o.lost > 0).length).toBeGreaterThan(0)
  })
})
