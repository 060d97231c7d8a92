// 1. A pod that is scraped twice (by two jobs, or by both of a pair of servers) is counted once.
// 2. Of a pod counts what its last scrape held: a series that a new process does not have yet is no level of it.
import type { Series } from './prometheus.ts'

/** One value of a metric. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What was known of a proxy after the look before. */
export interface Known {
  /** When it was scraped last, milliseconds since 1970 by Prometheus. */
  readonly at: number
  /** How many times its counters were seen to begin anew. */
  readonly life: number
}

/** A proxy as Prometheus scraped it last. */
export interface Scraped extends Known {
  readonly id: string
  readonly name: string
  /** The labels by which Prometheus tells its targets apart. */
  readonly target: Readonly<Record<'job' | 'instance', string>>
  readonly samples: readonly Sample[]
  /** Milliseconds between its scrapes. */
  readonly every: number
}

/** Where two scrapes of a target have not been seen yet. Longer intervals are rare: series count as gone after five minutes. */
export const usualInterval = 60_000
/** After so many intervals without a scrape nobody knows the target any more. */
const goneAfter = 2.5

type Labels = Series['labels']

/** The proxies that are being scraped, by what was sampled up to `now` (by Prometheus). */
export function scrapedFrom(series: readonly Series[], known: ReadonlyMap<string, Known>, now: number): readonly Scraped[] {
  const targets = new Map<string, Series[]>()
  for (const each of series) {
    const key = JSON.stringify([podOf(each.labels), ...targetOf(each.labels)])
    targets.set(key, [...(targets.get(key) ?? []), each])
  }
  const found = [...targets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => ({ target: targetFrom(each, known), gaps: gapsOf(each) }))
  // One that was scraped once is scraped as often as the others.
  const common = median(found.flatMap(({ gaps }) => gaps)) ?? usualInterval
  const scraped = found.map(({ target, gaps }): Scraped => ({ ...target, every: median(gaps) ?? common }))
  const alive = scraped.filter(({ at, every }) => now - at <= goneAfter * every)
  return [...new Map(alive.toReversed().map(each => [each.id, each])).values()]
}

function targetFrom(series: readonly Series[], known: ReadonlyMap<string, Known>): Omit<Scraped, 'every'> {
  const labels = series[0]?.labels ?? {}
  const at = Math.max(...series.map(lastOf))
  const id = podOf(labels)
  const before = known.get(id)
  const began = series.filter(each => beganAnew(each, before?.at ?? at)).length > 0
  return {
    id,
    name: podName(labels) ?? labels['instance'] ?? labels['source_workload'] ?? '',
    target: { job: labels['job'] ?? '', instance: labels['instance'] ?? '' },
    at,
    life: (before?.life ?? 0) + (began ? 1 : 0),
    samples: series.filter(each => lastOf(each) === at).map(sampleOf),
  }
}

/** By its name where the scrape gives it one, else by its address. */
function podOf(labels: Labels): string {
  const name = podName(labels)
  const place = name === undefined ? (labels['instance'] ?? labels['source_workload'] ?? '').replace(/:\d+$/, '') : name
  return [labels['cluster'] ?? '', labels['namespace'] ?? labels['kubernetes_namespace'] ?? '', place].join('/')
}

function podName(labels: Labels): string | undefined {
  return labels['pod'] ?? labels['pod_name'] ?? labels['kubernetes_pod_name']
}

/** What tells two scrapes of one pod apart: job and address, and the external labels of a pair of servers. */
function targetOf(labels: Labels): readonly string[] {
  return ['job', 'instance', 'prometheus', 'prometheus_replica', 'replica'].map(name => labels[name] ?? '')
}

function lastOf({ samples }: Series): number {
  return samples.at(-1)?.[0] ?? -Infinity
}

function sampleOf({ labels: { __name__: name = '', ...labels }, samples }: Series): Sample {
  return { name, labels, value: samples.at(-1)?.[1] ?? 0 }
}

/** A counter never falls while its process lives. */
function beganAnew({ samples }: Series, after: number): boolean {
  return samples.some(([at, value], index) => at > after && value < (samples[index - 1]?.[1] ?? -Infinity))
}

function gapsOf(series: readonly Series[]): readonly number[] {
  const longest = series.reduce<Series['samples']>((most, { samples }) => (samples.length > most.length ? samples : most), [])
  return longest.slice(1).map(([at], index) => at - (longest[index]?.[0] ?? at))
}

/** A scrape that failed makes one gap longer, and moves the median little. */
function median(gaps: readonly number[]): number | undefined {
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
}
