import type { FailureRecord } from '#base/index.ts'
import type { Goal } from '../goal.ts'
import type { Change } from '../move.ts'
import { nextMove } from '../next-move.ts'
import { objectKey, type Observed, type Run } from '../observed.ts'
import { keyOf, templateLeaf } from '../plain/entries.ts'
import type { View } from '../view.ts'
import type { Write } from '../writes/write.ts'
import { writeFor } from '../writes/writes.ts'
import { imagine, imaginedSight } from './imagine.ts'

/** What reaching one goal would write, in order, and what the splits are before and after. */
export interface PlannedGoal {
  readonly goal: Goal
  readonly writes: readonly Write[]
  readonly splitBefore: View['routes']
  readonly splitAfter: View['routes']
  /** The goal rolls the stable workload: behind it going back means rolling the old template again. */
  readonly endsInstantReturn: boolean
  /** Why the goal could not be reached even when all goes well. */
  readonly stopped?: FailureRecord
}

/** More moves than any goal needs: a plan that does not end is a bug of the protocol. */
const MOST_MOVES = 400

/** Plays the protocol on a copy of the view, goal after goal: what a run would write when all goes well. */
export function plan(goals: readonly Goal[], observed: Observed, run: Omit<Run, 'number'>, now: string): readonly PlannedGoal[] {
  const planned: PlannedGoal[] = []
  let world = observed
  for (const [index, goal] of goals.entries()) {
    const played = play(goal, world, { ...run, number: index + 1 }, now)
    planned.push(played.planned)
    world = played.world
    if (played.planned.stopped) break
  }
  return planned
}

function play(goal: Goal, observed: Observed, run: Run, now: string): { readonly planned: PlannedGoal; readonly world: Observed } {
  const writes: Write[] = []
  const applied = new Set<string>()
  let world = observed
  let endsInstantReturn = false
  const splitBefore = nextMove(goal, world, imaginedSight(world, applied), run).view.routes
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const { move, view } = nextMove(goal, world, imaginedSight(world, applied), run)
    const base = { goal, writes, splitBefore, splitAfter: view.routes, endsInstantReturn }
    if (move.is === 'done') return { planned: base, world }
    if (move.is === 'fail') return { planned: { ...base, stopped: move.failure }, world }
    if (move.is !== 'write') throw new Error(`the plan waits although everything has happened: ${JSON.stringify(move)}`)
    const write = writeFor(move, world, run, { now, goingBack: goal.to === 'returned', applied })
    if (rollsStable(move, write, run)) endsInstantReturn = true
    if (move.change === 'manifest' && write.is === 'apply') applied.add(objectKey(write.object))
    writes.push(write)
    world = imagine(world, write, run)
  }
  throw new Error(
    `the plan for ${JSON.stringify(goal)} does not end: ${writes
      .slice(-3)
      .map(write => write.says)
      .join(' · ')}`,
  )
}

/** Pods of the former version are replaced from here on. */
function rollsStable(move: Change, write: Write, { release, snapshot }: Run): boolean {
  if (move.change === 'template') return move.version === 'next'
  if (release.plain === undefined || move.change !== 'manifest' || write.is !== 'apply') return false
  const entry = snapshot.manifests.find(each => keyOf(each) === objectKey(write.object))
  return entry !== undefined && templateLeaf(entry) !== undefined
}
