import { releaseFailures } from '../failures.ts'
import type { Goal } from '../goal.ts'
import { done, wait, write, type Move } from '../move.ts'
import type { Standing } from '../plain/view.ts'
import type { View } from '../view.ts'
import { claim } from './claim.ts'
import { forget, isLetGo, letGo } from './let-go.ts'
import { inOrder } from './rule.ts'

/**
 * A release without a route to move: manifests are applied in their order and awaited, pods are replaced by their workloads' own strategy.
 *
 * 1. What others need is there before them: an unready gate holds what comes behind it.
 * 2. On the way back a workload's template is restored first, and what its new pods needed goes only when the old ones are back.
 * 3. Somebody else's template is never overwritten: a person is asked.
 * 4. The way back raises the mark of every workload that the run changes, so that a write which is still on its way fails.
 */
export function decidePlain(goal: Goal, v: View): Move {
  switch (goal.to) {
    case 'promoted':
      return (
        inOrder(
          () => claim(v),
          () => forward(standing(v).forward),
        ) ?? done
      )
    case 'atRest':
      return forget(goal, v) ?? letGo(v) ?? done
    case 'returned':
      return (
        inOrder(
          () => (v.behind ? write({ change: 'mark' }) : undefined),
          () => (v.unrestored > 0 ? write({ change: 'restoreManifest' }) : undefined),
          () => back(standing(v).back, goal.keepEdit === true || isLetGo(v)),
          () => (v.brought > 0 ? write({ change: 'removeBrought' }) : undefined),
          () => letGo(v),
        ) ?? done
      )
    default:
      return done
  }
}

const there: Standing = { is: 'there' }

function standing({ plain }: View): { readonly forward: Standing; readonly back: Standing } {
  return plain ?? { forward: there, back: there }
}

function forward(standing: Standing): Move | undefined {
  switch (standing.is) {
    case 'open':
      return write({ change: 'manifest' })
    case 'waits':
      return wait(standing.for, standing.ends === undefined ? undefined : { until: standing.ends, next: 'the step fails' })
    case 'failed':
      return { is: 'fail', failure: releaseFailures.NOT_READY({ object: standing.object, why: standing.why }).record() }
    case 'edited':
      return askAbout(standing.workload, ['retry'])
    case 'there':
      return undefined
  }
}

function back(standing: Standing, keepEdit: boolean): Move | undefined {
  if (standing.is === 'edited') return keepEdit ? undefined : askAbout(standing.workload, ['retry', 'keepEdit'])
  return standing.is === 'waits' ? wait(standing.for) : undefined
}

function askAbout(workload: string, answers: readonly string[]): Move {
  return { is: 'ask', question: releaseFailures.FOREIGN_EDIT({ workload }).message, answers }
}
