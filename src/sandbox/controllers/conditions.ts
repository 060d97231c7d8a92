import type { Judgement } from '#model/traffic/index.ts'
import type { Condition } from './shapes.ts'

/** Judgements as conditions: the time of a condition is that of its last change of status. */
export function conditionsOf(
  judgements: readonly Judgement[],
  former: readonly Condition[] | undefined,
  { generation = 1, at }: { readonly generation: number | undefined; readonly at: string },
): readonly Condition[] {
  return judgements.map(({ type, status, reason, message }) => {
    const before = former?.find(condition => condition.type === type)
    const lastTransitionTime = before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : at
    return { type, status, reason, message, observedGeneration: generation, lastTransitionTime }
  })
}
