import { z } from 'zod'
import { AnyJson } from '#model/json/index.ts'

/**
 * One field that is not as the run left it. `harmless`: nothing of the run depends on it; `conflicting`: our weights, our subsets, our
 * workload; `ours`: one of our own managers wrote it. A side that is left out has nothing there.
 */
export const Drift = z.object({
  /** `VirtualService shop/cart`. */
  object: z.string(),
  /** `spec.http[every request].route[cart-svc/canary].weight`. */
  path: z.string(),
  is: z.enum(['ours', 'harmless', 'conflicting']),
  base: AnyJson.exactOptional(),
  ours: AnyJson.exactOptional(),
  live: AnyJson.exactOptional(),
  /** From managedFields; `at` is an ISO time. */
  by: z.object({ manager: z.string(), at: z.string().exactOptional() }).exactOptional(),
})
export type Drift = z.infer<typeof Drift>

/** Who is told from others by their name; of a field that is gone often nobody says who took it. */
export function authorName({ by }: Pick<Drift, 'by'>): string {
  return by?.manager ?? 'somebody unknown'
}

/** One line: what is there instead of ours, and who put it there. */
export function driftText({ object, path, ours, live, by }: Drift): string {
  return `${object}: ${path} is ${valueText(live)} instead of ${valueText(ours)}${by ? `, by ${by.manager}` : ''}`
}

function valueText(value: unknown): string {
  if (value === undefined) return 'absent'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
