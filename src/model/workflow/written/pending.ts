import type { Shape, TreeOf, When } from '#model/expressions/index.ts'
import type { Later } from '../later.ts'

/**
 * Stands in a tree for a text whose expressions have no value yet: known before the run (while documents are only checked), or only in it.
 * No schema takes it, but for the leaves that may be known later: so each says what it wants here.
 */
export class Pending {
  readonly text: string
  readonly shape: Shape
  /** `never`: it has a problem, which is told already; nobody need complain again. */
  readonly when: When | 'never'

  constructor(text: string, shape: Shape, when: When | 'never') {
    this.text = text
    this.shape = shape
    this.when = when
  }
}

/** What only the run knows, where its value will have one of these shapes. */
export function laterOf(written: unknown, ...shapes: readonly Shape['is'][]): Later | undefined {
  if (!(written instanceof Pending) || written.when === 'plan') return undefined
  return [...shapes, 'any'].includes(written.shape.is) ? { later: written.text } : undefined
}

/** A parsed document in which some texts wait for their values. */
export type PendingTree = TreeOf<Pending>
