/** Multipliers of Kubernetes' quantities. */
const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity (`250m`, `1.5Gi`, `2e3`) as a number of its unit; undefined for what is none. */
export function parseQuantity(text: string | number | undefined): number | undefined {
  const found = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(String(text ?? ''))
  const [, digits, suffix = ''] = found ?? []
  const factor = suffixes[suffix]
  const number = Number(digits)
  return factor === undefined || Number.isNaN(number) ? undefined : number * factor
}

const binary = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const

/** A quantity as people write it: `1500m`, `2Gi`, `3`. Memory comes in binary units, all else in thousandths where it is not whole. */
export function quantityText(number: number, resource: string): string {
  const unit = /memory|storage/.test(resource) ? binary.find(each => Math.abs(number) >= (suffixes[each] ?? 1)) : undefined
  if (unit) return `${trimmed(number / (suffixes[unit] ?? 1))}${unit}`
  return Number.isInteger(number) ? String(number) : `${Math.round(number * 1000)}m`
}

function trimmed(number: number): string {
  return String(Math.round(number * 100) / 100)
}
