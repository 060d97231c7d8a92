const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const form = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

/** Milliseconds of a text like `90s`, `1m30s`, `500ms`, `2h`, `1d`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!form.test(text)) return undefined
  let total = 0
  for (const [, amount, name] of text.matchAll(part)) total += Number(amount) * unit[name as keyof typeof unit]
  return Math.round(total)
}

/** A duration for people, two units at most: `104 ms`, `4.1 s`, `6 m 12 s`, `2 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 10_000) return `${Number((milliseconds / 1000).toFixed(1))} s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const pairs = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = pairs.findIndex(([amount]) => amount > 0)
  return pairs
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount} ${name}`)
    .join(' ')
}
