import { describe, expect, it } from 'vitest'
import type { LoadAnswer } from '#sandbox/load/index.ts'
import { judge, type Evidence } from './judge.ts'

const answer = (sent: number, version: string | null, status = version === null ? 503 : 200): LoadAnswer => [
  sent,
  sent + 5,
  status,
  version,
]

/** Version 1; from 1000 on 1 and 2, known to be everywhere at 1200; from 3000 on 2 alone, known at 3200. */
const splits = [
  { at: 0, versions: new Set(['1']) },
  { at: 1000, versions: new Set(['1', '2']) },
  { at: 3000, versions: new Set(['2']) },
]
const judged = (answers: readonly LoadAnswer[], more: Partial<Evidence> = {}) =>
  judge({ answers, splits, settled: [1200, 3200], blur: 10, late: 12_000, ...more })

describe('an answer', () => {
  it("that no pod made is lost; the application's own error is an error of its version", () => {
    const verdict = judged([answer(500, null), answer(500, null, 0), answer(1500, '2', 500)])
    expect(verdict).toMatchObject({ requests: 3, lost: 2, wrongVersion: 0, byVersion: { 2: { answers: 1, errors: 1 } } })
    expect(verdict.trouble).toEqual([expect.stringContaining('status 503, by no pod'), expect.stringContaining('no answer')])
  })

  it('of a version without a share in any split in force is of a wrong version', () => {
    expect(judged([answer(500, '2')]).wrongVersion).toBe(1)
    expect(judged([answer(4000, '1')]).wrongVersion).toBe(1)
    expect(judged([answer(500, '3'), answer(2000, '3'), answer(4000, '3')]).wrongVersion).toBe(3)
  })

  it('may be of the former split until the run knew that every proxy had the next one, and no longer', () => {
    expect(judged([answer(3150, '1')]).wrongVersion).toBe(0)
    expect(judged([answer(3300, '1')]).wrongVersion).toBe(1)
  })

  it('may be of the former split for a bounded time where nobody knew', () => {
    const late = { settled: [], late: 500 }
    expect(judged([answer(3400, '1')], late).wrongVersion).toBe(0)
    expect(judged([answer(3600, '1')], late).wrongVersion).toBe(1)
  })

  it('is given the benefit of clocks that differ, and not more', () => {
    expect(judged([answer(990, '2')]).wrongVersion).toBe(0)
    expect(judged([answer(970, '2')]).wrongVersion).toBe(1)
    expect(judged([answer(3205, '1')]).wrongVersion).toBe(0)
  })
})

it('counts what is lost with a pod that the story killed apart, in that time alone', () => {
  const killed = { from: 2000, until: 2500 }
  const verdict = judged([answer(1900, null), answer(2100, null), answer(2400, null), answer(2600, null)], { killed })
  expect(verdict).toMatchObject({ requests: 4, lost: 2, lostWithThePod: 2 })
})

it('does not take news of one split for news of a later one', () => {
  expect(judged([answer(3400, '1')], { settled: [1200] }).wrongVersion).toBe(0)
})
