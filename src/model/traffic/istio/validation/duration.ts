const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const form = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g

/** The longest time that Go can hold, which is the longest that Istio can read. */
const longest = 2n ** 63n - 1n

/** Nanoseconds of a duration in Go's form (`1h30m`, `2.5s`, `-1ms`, `0`); undefined where it is none. */
export function parseGoDuration(text: string): bigint | undefined {
  if (/^[-+]?0$/.test(text)) return 0n
  if (!form.test(text)) return undefined
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(part)) {
    const scale = nanoseconds[unit] as bigint
    total += BigInt(whole || '0') * scale
    if (fraction) total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length)
  }
  if (total > longest) return undefined
  return text.startsWith('-') ? -total : total
}

const millisecond = nanoseconds['ms'] as bigint

/** What istiod says of a duration that it asks to be at least 1 ms, in whole milliseconds. */
export function durationProblem(text: string): string | undefined {
  const duration = parseGoDuration(text)
  if (duration === undefined) return undefined // the schema says so
  if (duration < millisecond) return 'duration must be at least 1ms'
  return duration % millisecond === 0n ? undefined : 'only durations to the millisecond are supported'
}
