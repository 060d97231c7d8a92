/**
 * Divides `total` (an integer ≥ 0) among `weights` (≥ 0) in whole numbers, by largest remainder; of equal remainders the smaller part wins, then the earlier.
 * A weight of 0 gets 0. A positive weight gets at least 1 while `total` is enough for all of them: nobody's share is rounded away.
 * All weights 0 gives all 0.
 */
export function apportion(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map(() => 0)
  const positive = weights.filter(weight => weight > 0).length
  const least = total >= positive ? 1 : 0
  const parts = weights.map((weight, index) => ({ index, exact: (weight * total) / sum, whole: 0, weight }))
  for (const part of parts) part.whole = part.weight > 0 ? Math.max(least, Math.floor(part.exact)) : 0
  for (let left = total - parts.reduce((a, part) => a + part.whole, 0); left !== 0; left -= Math.sign(left)) {
    const next = left > 0 ? mostOwed(parts) : mostOverpaid(parts, least)
    next.whole += Math.sign(left)
  }
  return parts.map(part => part.whole)
}

interface Part {
  readonly index: number
  readonly weight: number
  readonly exact: number
  whole: number
}

function mostOwed(parts: readonly Part[]): Part {
  return first(
    parts.filter(part => part.weight > 0),
    (a, b) => b.exact - b.whole - (a.exact - a.whole) || a.exact - b.exact || a.index - b.index,
  )
}

function mostOverpaid(parts: readonly Part[], least: number): Part {
  return first(
    parts.filter(part => part.whole > least),
    (a, b) => a.exact - a.whole - (b.exact - b.whole) || b.exact - a.exact || a.index - b.index,
  )
}

function first(parts: readonly Part[], order: (a: Part, b: Part) => number): Part {
  return parts.reduce((best, part) => (order(part, best) < 0 ? part : best))
}
