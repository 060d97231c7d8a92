import type { Failure } from '#base/index.ts'
import { approve, questionDeadline, reject, type Answered } from '#control-plane/approvals/index.ts'
import type { Delivered, Message } from '#control-plane/engine/index.ts'
import type { Command } from '#protocol/http/index.ts'
import { answeredText } from './answered.ts'
import { executions } from './failures.ts'
import * as names from './names.ts'
import { irreversibleStep } from './view/irreversible.ts'
import { shownFor } from './view/shown.ts'
import { openWaits, type CommandSight, type OpenWait, type Sight } from './view/sight.ts'
import { standingOf } from './view/standing.ts'

/** What a command of a person becomes: messages for the engine, and what is told to the person. */
export interface Order {
  readonly messages: readonly Message[]
  readonly says: string
}

/** Reads a command against what the execution waits for; one that fits nothing is refused with what would. */
export function orderOf(sight: CommandSight, command: Command): Order {
  const { row } = sight.engine
  const { status } = standingOf(sight)
  if (row.endedAt !== undefined) throw executions.ENDED({ execution: row.id, status })
  switch (command.do) {
    case 'abort':
      return abort(sight, command)
    case 'pause':
      return pause(sight, command)
    case 'resume':
      return resume(sight, command)
    case 'approve':
    case 'reject':
      return answer(sight, command, command.do === 'approve' ? approve.name : reject.name, ({ asked }) => asked.is === 'approval')
    case 'retry':
    case 'skip':
      return answer(sight, command, command.do, ({ asked }) => offers(asked.answers, command.do))
    case 'answer':
      return answer(
        sight,
        command,
        command.answer,
        ({ asked, call }) => asked.is === 'question' || (asked.is !== 'approval' && !isHurry(call.name)),
      )
  }
}

/** How a delivery went, as a failure where it did not go well. */
export function deliveryFailure(sight: Sight, command: Command, delivered: Delivered): Failure | undefined {
  const execution = sight.engine.row.id
  if (delivered === 'accepted') return undefined
  if (delivered === 'unknown') return executions.UNKNOWN({ execution, near: [] })
  if (delivered === 'ended') return executions.ENDED({ execution, status: standingOf(sight).status })
  if (delivered === 'answered') return executions.TOO_LATE({ execution })
  return nothingWaits(sight, command)
}

type Said = Pick<Command, 'who' | 'why'>
const said = ({ who, why }: Said) => ({ by: who, ...(why === undefined ? {} : { why }) })
const isHurry = (name: string): boolean => name.endsWith(`/${names.hurry}`)
const offers = (answers: readonly { readonly name: string }[], name: string): boolean => answers.some(each => each.name === name)

/** On the way forward: the way back. On the way back there is only one thing left to ask for: hurry. */
function abort(sight: Sight, command: Extract<Command, { do: 'abort' }>): Order {
  if (sight.engine.is !== 'returning')
    return { messages: [{ is: 'abort', now: command.now, ...said(command) }], says: `the way back begins${undoneText(sight)}` }
  const hurries = openWaits(sight.engine.calls).filter(({ call }) => isHurry(call.name))
  // Whoever asks for the way back has it, whatever began it: a failure, somebody else, a restore from the cluster.
  if (!command.now || hurries.length === 0) return { messages: [], says: 'it is on the way back already' }
  const payload: Answered = { answer: 'now' }
  return {
    messages: hurries.map(({ call }) => ({ is: 'answer', name: call.name, payload, ...said(command) })),
    says: 'all users go back at once',
  }
}

/** What going back means behind an irreversible step; a person who aborts has decided it, so nobody is asked again. */
function undoneText(sight: Sight): string {
  const step = irreversibleStep(sight)
  return step ? `; what "${step.name}" has done stays done: the old version must work with it` : ''
}

function pause(sight: Sight, command: Said & Pick<Command, 'do'>): Order {
  if (sight.engine.is === 'returning') throw nothingWaits(sight, command)
  return {
    messages: [{ is: 'pause', deadline: questionDeadline, ...said(command) }],
    says: `the steps stand still after the present one, for a day at most${irreversibleStep(sight) ? '; then a person is asked' : ', then: way back'}`,
  }
}

/** Undoes a pause that stands, and one that was accepted and will: commands are heard in the order in which they were accepted. */
function resume({ accepted, ...sight }: CommandSight, command: Said & Pick<Command, 'do'>): Order {
  const stands = sight.engine.pauses.some(({ holder }) => holder === 'people')
  const last = accepted.findLast(({ is }) => is === 'pause' || is === 'resume')
  if (!stands && last?.is !== 'pause') throw nothingWaits(sight, command)
  return { messages: [{ is: 'resume', ...said(command) }], says: 'the steps go on' }
}

function answer(
  sight: Sight,
  command: Said & { readonly do: Command['do']; readonly step?: string | undefined },
  name: string,
  fits: (wait: OpenWait) => boolean,
): Order {
  const { id } = sight.engine.row
  const all = openWaits(sight.engine.calls).filter(fits)
  // What a watch asks is known to people by its lane.
  const meant =
    command.step === undefined ? all : all.filter(({ call }) => [pathOf(sight, call.name), call.lane].includes(command.step ?? ''))
  // A wait that passes by itself may stand beside a question: the answer tells which one is meant.
  const offering = meant.filter(({ asked }) => offers(asked.answers, name))
  const waits = offering.length > 0 ? offering : meant
  const [wait, second] = waits
  if (!wait) throw nothingWaits(sight, command)
  if (second) throw executions.SEVERAL_WAIT({ execution: id, steps: waits.map(({ call }) => pathOf(sight, call.name)) })
  const answers = wait.asked.answers
  const choice = answers.find(each => each.name === name)
  if (!choice) throw executions.NO_SUCH_ANSWER({ execution: id, answer: name, answers: answers.map(each => each.name) })
  const payload: Answered = { answer: name }
  return { messages: [{ is: 'answer', name: wait.call.name, payload, ...said(command) }], says: answeredText(sight, wait, choice) }
}

const pathOf = (sight: Sight, name: string): string => shownFor(sight, name)?.path ?? name

function nothingWaits(sight: Sight, command: Pick<Command, 'do'>): Failure {
  return executions.NOTHING_WAITS({ execution: sight.engine.row.id, command: command.do, status: standingOf(sight).status })
}
