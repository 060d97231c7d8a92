import { toFailureRecord, type FailureRecord } from '#base/index.ts'
import { ask, questionDeadline } from '#control-plane/approvals/index.ts'
import type { Run } from '#control-plane/engine/index.ts'
import type { Goal } from '#model/release/index.ts'
import { reachGoal, type Reached } from '#protocol/index.ts'
import { blockedBy, tryAgain } from './blocked.ts'
import { snapshotOf, type ReleaseCourse } from './course.ts'
import { executions } from './failures.ts'
import * as names from './names.ts'
import { questionOf } from './reach.ts'
import type { Retreat } from './retreat.ts'
import type { StepEnd } from './run-step.ts'

/** One attempt: rolling the old template on a large workload takes its time; after this somebody should read why it is not there. */
const attemptTimeout = 30 * 60_000
/** The wait in which a person may ask for hurry ends with the lane; a way back that takes longer than this has been looked at by people. */
const hurryDeadline = 30 * questionDeadline

/** What a person's hurry adds to the number of its attempts: more than a way back makes of others, which go on beside it. */
const hurryAbove = 10_000

type Returned = Extract<Goal, { to: 'returned' }>

/** A release on its way back. `hurried`: the attempts that a person's hurry began; they fence the earlier ones, inside the delegate too. */
interface Return {
  readonly run: Run
  readonly release: ReleaseCourse
  /** The number of its last goal before the way back. */
  readonly last: number
  goal: Returned
  hurried: Promise<string> | undefined
  /** What a person is being asked. Whoever comes to a question meanwhile waits for the same answer. */
  asked: Promise<void> | undefined
}

/** Takes one release back to its old version, for as long as it takes. Throws only where a person gives up. */
export async function returnRelease(lane: Run, release: ReleaseCourse, { now, keepEdit }: Retreat): Promise<void> {
  const run = lane.scope(names.goBack(release.resolved.id), { selectors: release.resolved.delegates, timeout: attemptTimeout })
  await run.now(names.began)
  const goal: Returned = { to: 'returned', now, ...(keepEdit ? { keepEdit } : {}) }
  const course: Return = { run, release, last: release.goals, goal, hurried: undefined, asked: undefined }
  if (!now) void listenForHurry(course)
  const says = await tryUntilReturned(course, run)
  await run.record(names.ended, (): StepEnd => ({ is: 'done', says }))
}

async function listenForHurry(course: Return): Promise<void> {
  const answers = [{ name: 'now', means: 'all users at once, whatever the old version can carry' }]
  const about = { is: 'time', says: 'the way back', for: 'a person in a hurry', next: 'it goes on', answers } as const
  const reply = await ask(course.run, names.hurry, { ...about, deadline: hurryDeadline })
  if (reply.is === 'expired') return
  course.goal = { ...course.goal, now: true }
  course.hurried = tryUntilReturned(course, course.run.scope('at-once'), hurryAbove)
  // Whoever waits for it sees its failure; nobody does where the earlier attempts were there first.
  course.hurried.catch(() => undefined)
}

async function tryUntilReturned(course: Return, run: Run, above = 0): Promise<string> {
  const { release, last } = course
  let pause = tryAgain.first
  for (let round = 1; ; round++) {
    const call = `return-${round}`
    const number = last + above + round
    release.goals = Math.max(release.goals, number)
    const { goal } = course
    const input = { release: release.terms, snapshot: snapshotOf(release), goal, number }
    const outcome = await run
      .task(call, reachGoal, input)
      .catch((error: unknown) => ({ is: 'failed' as const, failure: toFailureRecord(error) }))
    if (outcome.is === 'reached') return outcome.says
    // What it asks stands, and its answer counts for those who are in a hurry, too.
    if (outcome.is === 'asks') await askOnTheWay(course, run, call, { ...outcome, tried: goal })
    if (course.hurried !== undefined && run === course.run) return course.hurried
    if (outcome.is === 'failed') await waitBlocked(course, run, call, { failure: outcome.failure, pause })
    pause = Math.min(pause * 2, tryAgain.longest)
  }
}

/** What an attempt asks, and what it knew. */
type Asks = Extract<Reached, { is: 'asks' }> & { readonly tried: Returned }

/**
 * It asks about an edit, and a person has said meanwhile that it stays. An attempt that knew, and asks all the same (a delegate that does not
 * know the answer), asks a person again: whoever went on would go round without a pause.
 */
function isDecided({ answers, tried }: Asks, { goal }: Return): boolean {
  return goal.keepEdit === true && tried.keepEdit !== true && answers.includes('keepEdit')
}

/** Users are back, and something is left that only a person can decide. Until then it looks again from time to time. */
async function askOnTheWay(course: Return, run: Run, call: string, asks: Asks): Promise<void> {
  if (!isDecided(asks, course)) await (course.asked ?? standing(course, askPerson(course, run, call, asks)))
}

/** Whoever comes to a question while this one stands waits for its answer. */
async function standing(course: Return, asked: Promise<void>): Promise<void> {
  course.asked = asked
  await asked.finally(() => {
    if (course.asked === asked) course.asked = undefined
  })
}

async function askPerson(course: Return, run: Run, call: string, asked: Asks): Promise<void> {
  const question = questionOf(asked, 'looks again, and asks again')
  const reply = await ask(run, `${call}/asks`, { ...question, answers: question.answers.filter(({ name }) => name !== 'back') })
  if (reply.is === 'answer' && reply.answer === 'keepEdit') course.goal = { ...course.goal, keepEdit: true }
}

interface Blocked {
  readonly failure: FailureRecord
  /** Milliseconds until the next attempt. */
  readonly pause: number
}

async function waitBlocked({ release }: Return, run: Run, call: string, { failure, pause }: Blocked): Promise<void> {
  const giveUp = { name: 'giveUp', means: 'leave the cluster as it is; `sluice restore` goes back later' }
  const reply = await ask(run, `${call}/blocked`, blockedBy(failure, pause, giveUp))
  if (reply.is === 'answer' && reply.answer === 'giveUp')
    throw executions.GIVEN_UP({ release: release.resolved.id, by: reply.by ?? 'somebody', blocked: failure.message })
}
