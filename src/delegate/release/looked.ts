import type { Seen } from '#model/release/index.ts'

/** What one look at the mesh, or at the objects' own status, told. */
export interface Looked {
  readonly seen: Omit<Seen, 'applied'>
  /** Milliseconds after which another look may tell more, though no object changes; Infinity when nothing is awaited. */
  readonly nextLookIn: number
}
