import { sleep, type Clock } from '#base/index.ts'
import { grow, noGrowth, type Growth } from './growth.ts'
import { isCertainlyBad, judge, type Criteria, type Verdict } from './judge.ts'
import type { MetricSource, Subject } from './source.ts'

/** How a measurement goes on, for people. */
export type Progress = (verdict: Verdict, sofar: { readonly elapsed: number; readonly over: number }) => void

/** Looks within the time, so that "bad" can be called early: as often as that, but within these bounds (milliseconds). */
const looks = 12
const between = { least: 1000, most: 15_000 }

/**
 * Measures a version for `over` milliseconds and judges it. Ends early only when it is bad beyond doubt. A look within the time that
 * fails is passed over; the first and the last one must succeed.
 */
export async function measure(
  source: MetricSource,
  subject: Subject,
  criteria: Criteria & { readonly over: number },
  { clock, progress }: { readonly clock: Clock; readonly progress?: Progress },
  signal?: AbortSignal,
): Promise<Verdict> {
  const began = clock.now()
  const end = began + criteria.over
  const step = Math.min(Math.max(criteria.over / looks, between.least), between.most)
  let growth = grow(noGrowth, await source.read(subject, signal))
  let silent: readonly string[] = []
  while (clock.now() < end) {
    await sleep(clock, Math.min(step, end - clock.now()), signal)
    const last = clock.now() >= end
    const reading = await source.read(subject, signal).catch((error: unknown) => {
      if (last || signal?.aborted) throw error
      return undefined
    })
    if (!reading) continue
    growth = grow(growth, reading)
    silent = reading.silent
    progress?.(judge(growth.total, criteria), { elapsed: clock.now() - began, over: criteria.over })
    if (isCertainlyBad(growth.total, criteria)) return { ...told(growth, criteria, silent), verdict: 'bad' }
  }
  return told(growth, criteria, silent)
}

function told(growth: Growth, criteria: Criteria, silent: readonly string[]): Verdict {
  const verdict = judge(growth.total, criteria)
  return silent.length === 0 ? verdict : { ...verdict, says: `${verdict.says}; not told by ${silent.join(', ')}` }
}
