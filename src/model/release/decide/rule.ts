import type { Move } from '../move.ts'

/** One thing that must hold before what comes after it. Says what to do about it, or nothing when it holds. */
export type Rule = () => Move | undefined

/** The first of the rules that has something to say; what comes later waits. */
export function inOrder(...rules: readonly Rule[]): Move | undefined {
  for (const rule of rules) {
    const move = rule()
    if (move) return move
  }
  return undefined
}
