import type { Labels, Series } from './series.ts'

/** A part of PromQL: a selector, with a range or without, or `time()`. */
export type Query =
  | { readonly is: 'time' }
  | { readonly is: 'instant'; readonly matches: (labels: Labels) => boolean }
  | { readonly is: 'range'; readonly matches: (labels: Labels) => boolean; readonly last: number }

const form = /^\s*([A-Za-z_:][\w:]*)?\s*(?:\{(.*)\})?\s*(?:\[(\d+)(ms|s|m|h)\])?\s*$/s
const matcher = /\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(,|$)/gsy
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Undefined where it is more than that part. */
export function readQuery(text: string): Query | undefined {
  if (/^\s*time\(\)\s*$/.test(text)) return { is: 'time' }
  const [whole, name, inner = '', count, unit = ''] = form.exec(text) ?? []
  if (whole === undefined || (name === undefined && inner.trim() === '')) return undefined
  const matchers = readMatchers(inner)
  if (!matchers) return undefined
  const all = [...matchers, ...(name === undefined ? [] : [(labels: Labels) => labels['__name__'] === name])]
  const matches = (labels: Labels): boolean => all.every(each => each(labels))
  return count === undefined ? { is: 'instant', matches } : { is: 'range', matches, last: Number(count) * (units[unit] ?? 0) }
}

type Matches = (labels: Labels) => boolean

function readMatchers(inner: string): readonly Matches[] | undefined {
  const found = [...inner.matchAll(matcher)]
  const read = found.reduce((sum, [each]) => sum + each.length, 0)
  if (inner.slice(read).trim() !== '') return undefined
  const matchers = found.map(([, name = '', operator = '', quoted = '']) => matchesOf(name, operator, quoted))
  return matchers.every(each => each !== undefined) ? matchers : undefined
}

/** A label that is not there is empty; a regular expression is for all of it. */
function matchesOf(name: string, operator: string, quoted: string): Matches | undefined {
  try {
    const text = String(JSON.parse(quoted))
    const expression = new RegExp(`^(?:${text})$`, 's')
    const holds = (value: string): boolean => (operator.endsWith('~') ? expression.test(value) : value === text)
    return labels => holds(labels[name] ?? '') !== operator.startsWith('!')
  } catch {
    return undefined
  }
}

/** A series that has not been sampled for so long (milliseconds) has no present value. */
const lookback = 300_000

/** The answer's `data` at a time, in milliseconds since 1970. */
export function answerTo(query: Query, all: Iterable<Series>, now: number): unknown {
  if (query.is === 'time') return { resultType: 'scalar', result: [now / 1000, String(now / 1000)] }
  const chosen = [...all].filter(({ labels }) => query.matches(labels))
  if (query.is === 'range') {
    const result = chosen.flatMap(({ labels, samples }) => {
      const values = samples.filter(([at]) => at > now - query.last && at <= now).map(([at, value]) => [at / 1000, String(value)])
      return values.length === 0 ? [] : [{ metric: labels, values }]
    })
    return { resultType: 'matrix', result }
  }
  const result = chosen.flatMap(({ labels, samples, gone }) => {
    const last = samples.findLast(([at]) => at <= now)
    const isPresent = last !== undefined && last[0] > now - lookback && (gone === undefined || gone > now)
    return isPresent ? [{ metric: labels, value: [now / 1000, String(last[1])] }] : []
  })
  return { resultType: 'vector', result }
}
