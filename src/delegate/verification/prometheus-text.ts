// Prometheus' text form of metrics, as Envoy serves it.
import type { Sample } from '#delegate/prometheus/index.ts'

/** `name{labels} value timestamp?`; blanks may stand between the parts. */
const line = /^([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/
const label = /([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g

/** The samples whose names begin so; comments and lines that cannot be read are passed over. */
export function readSamples(text: string, prefix: string): readonly Sample[] {
  const samples: Sample[] = []
  for (const row of text.split('\n')) {
    if (!row.startsWith(prefix)) continue
    const [, name = '', labels = '', value = ''] = line.exec(row) ?? []
    if (name !== '') samples.push({ name, labels: readLabels(labels), value: readValue(value) })
  }
  return samples
}

function readLabels(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(label)].map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, unescape)]))
}

function unescape(_: string, letter: string): string {
  return letter === 'n' ? '\n' : letter
}

/** Numbers as Prometheus writes them; `+Inf` is Infinity. */
export function readValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}
