import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { grow, noGrowth } from './growth.ts'
import type { Level, MetricSource, Subject } from './source.ts'

/** A source under test, with a version that it counts. */
export interface ContractSource {
  readonly source: MetricSource
  readonly subject: Subject
  /** Sends requests to that version and waits until they are counted. `errors` of them get a 5xx answer. */
  send(requests: number, errors: number): Promise<void>
  /** Sends requests to another version, all answered with 5xx. */
  sendElsewhere(requests: number): Promise<void>
  run<T>(promise: Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What every source of metrics must do (source.ts). */
export function sourceContract(name: string, open: () => Promise<ContractSource>): void {
  describe(`${name} is a source of metrics`, () => {
    let at: ContractSource
    beforeEach(async () => {
      at = await open()
    })
    afterEach(() => at.close())

    const growthOver = async (act: () => Promise<void>): Promise<Level> => {
      const before = await at.run(at.source.read(at.subject))
      await act()
      return [before, await at.run(at.source.read(at.subject))].reduce(grow, noGrowth).total
    }

    it('counts the requests of the version, and its 5xx answers', async () => {
      expect(await growthOver(() => at.send(20, 0))).toMatchObject({ requests: 20, errors: 0 })
      const { requests, errors } = await growthOver(() => at.send(20, 20))
      expect({ requests, errors }).toEqual({ requests: 20, errors: 20 })
    })

    it('does not count what other versions answer', async () => {
      expect(await growthOver(() => at.sendElsewhere(10))).toMatchObject({ requests: 0, errors: 0 })
    })

    it('gives a histogram that rises to the number of requests', async () => {
      const { buckets, requests } = await growthOver(() => at.send(20, 0))
      const counts = [...buckets.values()]
      expect([...buckets.keys()].at(-1)).toBe(Infinity)
      expect(counts.at(-1)).toBe(requests)
      expect(counts).toEqual([...counts].sort((a, b) => a - b))
    })

    it('tells nobody silent when everybody tells', async () => {
      expect((await at.run(at.source.read(at.subject))).silent).toEqual([])
    })
  })
}
