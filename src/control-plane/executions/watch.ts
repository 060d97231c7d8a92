import type { z } from 'zod'
import { Failure, toFailureRecord } from '#base/index.ts'
import { ask, questionDeadline } from '#control-plane/approvals/index.ts'
import type { WatchRun } from '#control-plane/engine/index.ts'
import { stepsOf } from '#model/application/index.ts'
import { authorName } from '#model/drift/index.ts'
import type { Snapshot } from '#model/release/index.ts'
import { CanaryDeployment, type ResolvedStep } from '#model/workflow/index.ts'
import { watchRelease } from '#protocol/index.ts'
import { releaseCourse, type Course } from './course.ts'
import { back } from './reach.ts'

/** What a watch is about; stands in the journal. */
export interface WatchSubject {
  readonly release: string
  readonly snapshot: Snapshot
}

export type Seen = z.infer<(typeof watchRelease)['output']>

/** What made a watch start the way back. `answer`: what was said about it; `by`: the person who said it, absent where nobody did in time. */
export type Found = Seen & { readonly answer?: string; readonly by?: string; readonly loop?: string }

/** The delegate looks after broken connections itself; this is for a delegate that is away. */
const again = { first: 5_000, longest: 60_000 }

/**
 * Watches a release between the writes. Users in danger: the way back, at once. Somebody else's edit: the steps stand still and a person
 * is asked, for nobody knows what the edit is.
 */
export async function watch(run: WatchRun, course: Course, { release: id, snapshot }: WatchSubject): Promise<Found | undefined> {
  const { terms, resolved } = releaseCourse(course, id)
  const options = { timeout: 'standing', selectors: resolved.delegates } as const
  const authors: string[] = []
  const steps = stepsOf(course.definition.workflow, id)
  const told = {
    release: terms,
    snapshot,
    fixed: steps.some(isFixed),
    ...(steps.some(({ type }) => type === 'apply') && { applies: true }),
  }
  let pause = again.first
  for (let round = 1; ; round++) {
    try {
      const seen = await run.task(`watch-${round}`, watchRelease, { ...told, before: [...authors] }, options)
      pause = again.first
      if (seen.found === 'noted' || seen.found === 'followed') continue
      const conflicting = conflictingAuthors(seen)
      const loop = conflicting.find(author => authors.includes(author))
      authors.push(...conflicting)
      if (loop !== undefined) return { ...seen, loop }
      if (seen.found !== 'foreignEdit' && (seen.found !== 'drift' || seen.endangers)) return seen
      const said = await askAboutEdit(run, round, seen, course)
      if (said.answer !== 'retry') return { ...seen, ...said }
    } catch (error) {
      const failure = toFailureRecord(error)
      if (failure.blame !== 'world') throw new Failure(failure)
      await run.sleep(`pause-${round}`, pause)
      pause = Math.min(pause * 2, again.longest)
    }
  }
}

/** Where one step fixes the number of the canary's pods, no watch raises it. */
function isFixed({ type, input }: ResolvedStep): boolean {
  return type === 'canaryDeployment' && CanaryDeployment.parse(input).fixed
}

/** Managers that wrote against the run. A second time is no accident: it would go on for ever. */
function conflictingAuthors({ drift = [] }: Seen): readonly string[] {
  return [...new Set(drift.flatMap(each => (each.is === 'conflicting' ? [authorName(each)] : [])))]
}

async function askAboutEdit(run: WatchRun, round: number, seen: Seen, course: Course): Promise<Pick<Found, 'by'> & { answer: string }> {
  const { says, found, putBack } = seen
  await run.pause(`edit-${round}`, says, questionDeadline)
  const reply = await ask(run, `edit-${round}/asks`, {
    is: 'question',
    says: `${says.replace(/[^.!?]$/, '$&.')} What now?`,
    for: 'an answer',
    next: hasIrreversible(course)
      ? 'go back to the old version; behind an irreversible step a person is asked first'
      : 'go back to the old version',
    deadline: questionDeadline,
    answers: [
      { name: 'retry', means: putBack ? 'go on with the split of the run' : 'go on: the edit has been undone' },
      // The way back can leave a pod template alone; weights it gives back as they were before the run, whoever wrote others.
      ...(found === 'foreignEdit' ? [{ name: 'keepEdit', means: 'go back, and let the edit roll out afterwards' }] : []),
      back,
    ],
  })
  if (reply.is === 'answer' && reply.answer === 'retry') await run.resume(`edit-${round}/resumed`)
  return reply.is === 'answer' ? { answer: reply.answer, by: reply.by ?? 'somebody' } : { answer: back.name }
}

/** A watch does not see how far the steps are. */
function hasIrreversible({ definition }: Course): boolean {
  return definition.workflow.phases.some(phase => phase.sections.some(section => section.steps.some(step => step.irreversible)))
}
