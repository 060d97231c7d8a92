/** A deliberate fault of the real code: an exact replacement of its text, once. */
export interface Mutant {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly put: string
  /** The dimensions in which it shows soonest. */
  readonly only: string
  readonly shape?: string
}

export const mutants: readonly Mutant[]
