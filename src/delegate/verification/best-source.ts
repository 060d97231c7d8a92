import { Failure } from '#base/index.ts'
import type { MetricSource } from './source.ts'

/** The first source as long as it told the first time, else the second one: counts of two that are late by different times cannot be compared. */
export function whicheverTells(first: MetricSource, second: MetricSource): MetricSource {
  let chosen: MetricSource | undefined
  return {
    get name() {
      return (chosen ?? first).name
    },
    async read(subject, signal) {
      if (chosen) return chosen.read(subject, signal)
      const told = await first.read(subject, signal).catch((error: unknown) => {
        if (error instanceof Failure && !signal?.aborted) return undefined
        throw error
      })
      chosen = told ? first : second
      return told ?? second.read(subject, signal)
    },
  }
}
