import { ranOutUnattended, turnName, type JournalEvent } from '#control-plane/engine/index.ts'
import { Asked } from '#control-plane/approvals/index.ts'
import { inspectRelease, type Finding } from '#protocol/index.ts'
import type { LogLine } from '#protocol/http/index.ts'
import * as names from '../names.ts'
import type { StepEnd } from '../run-step.ts'
import { deed } from './acts.ts'
import { shownFor } from './shown.ts'
import { callsUnder, iso, type Sight } from './sight.ts'
import { isTouched, reasonOf } from './standing.ts'

type Said = Pick<LogLine, 'level' | 'says'>
type Kind = JournalEvent['kind']
type Teller<K extends Kind> = (event: Extract<JournalEvent, { kind: K }>, sight: Sight) => Said | undefined

const info = (says: string): Said => ({ level: 'info', says })
const warn = (says: string): Said => ({ level: 'warn', says })
const error = (says: string): Said => ({ level: 'error', says })

/** The journal in words, one line per event that says something to people. */
export function logLines(sight: Sight, events: readonly JournalEvent[] = sight.events): LogLine[] {
  return events.flatMap(event => {
    const said = (tellers[event.kind] as Teller<Kind> | undefined)?.(event as never, sight)
    if (!said) return []
    const shown = shownFor(sight, event.name)
    const says = shown ? `${shown.name}: ${said.says}` : said.says
    return [{ seq: event.seq, at: iso(event.at), level: said.level, says, ...(shown ? { step: shown.path } : {}) }]
  })
}

const tellers: { readonly [K in Kind]?: Teller<K> } = {
  started: (event, sight) => startedLine(event, sight),
  recorded: (event, sight) => recordedLine(event, sight),
  succeeded: (event, sight) => succeededLine(event, sight),
  failed: (event, sight) => failedLine(event, sight),
  waiting: (event, sight) => waitingLine(event, sight),
  delivered: event =>
    event.name === turnName ? undefined : info(`${event.payload.by ?? 'somebody'}: ${deed(event)}${whyText(event.payload.why)}`),
  expired: ({ name }) => (name.endsWith(`/${names.hurry}`) ? undefined : info('the time is over')),
  paused: event =>
    warn(`${deed(event) ? `${event.payload.by ?? 'somebody'}: pause` : 'the steps stand still'}${whyText(event.payload.why)}`),
  resumed: event => info(`${event.payload.by ?? 'the watch'}: resume${whyText(event.payload.why)}`),
  aborted: event => warn(`${event.payload.by ?? 'somebody'}: ${deed(event)}${whyText(event.payload.why)}`),
  ignored: event => info(`${event.payload.by ?? 'somebody'}: ${deed(event)}${whyText(event.payload.why)}`),
}

function startedLine({ name }: JournalEvent, sight: Sight): Said | undefined {
  if (name === 'forward') return info(`started by ${sight.input.who}`)
  if (name !== 'back') return info(`watches ${name.slice('watch/'.length)}`)
  return isTouched(sight) ? warn(`way back: ${reasonText(sight)}`) : undefined
}

/** Why it goes back; a step that failed has told its own reason. */
function reasonText(sight: Sight): string {
  const step = sight.engine.cause?.is === 'failed' ? sight.events.findLast(isFailedEnd) : undefined
  const shown = step && shownFor(sight, step.name)
  return shown ? `${shown.name} failed` : (reasonOf(sight)?.message ?? 'asked for')
}

function isFailedEnd({ kind, name, payload }: JournalEvent): boolean {
  if (kind !== 'recorded' || !name.startsWith('forward/') || !name.endsWith(`/${names.ended}`)) return false
  return (payload.value as StepEnd).is === 'failed'
}

function recordedLine({ name, payload }: Extract<JournalEvent, { kind: 'recorded' }>, sight: Sight): Said | undefined {
  if (name.endsWith(`/${names.began}`)) return info('begins')
  if (!name.endsWith(`/${names.ended}`)) return undefined
  const { is, says } = payload.value as StepEnd
  return says === lastWord(sight, name) && (is === 'done' || is === 'failed') ? bareEnds[is] : endLines[is](says)
}

/** Ends whose words have a line of their own already. */
const bareEnds = { done: info('done'), failed: error('failed') } as const

/** What the last piece of work of the step said, or how it failed. */
function lastWord(sight: Sight, name: string): string | undefined {
  const shown = shownFor(sight, name)
  const work = shown && callsUnder(sight, shown.path).findLast(call => call.did === 'task' && call.is !== 'open')
  return work?.failure?.message ?? (work?.output as { readonly says?: string } | undefined)?.says
}

const endLines: Readonly<Record<StepEnd['is'], (says: string) => Said>> = {
  done: says => info(`done: ${says}`),
  skipped: says => info(`skipped: ${says}`),
  ignored: says => warn(`ignored: ${says}`),
  failed: says => error(`failed: ${says}`),
}

function succeededLine({ name, payload }: Extract<JournalEvent, { kind: 'succeeded' }>, sight: Sight): Said | undefined {
  if (name === 'forward') return info('done: the new version runs')
  if (name === 'back') return info(isTouched(sight) ? 'ended: nothing of the run is left' : 'ended: nothing was written')
  const look = inspectRelease.output.safeParse(payload.output)
  if (look.success) return warnings(look.data.findings)
  const says = (payload.output as { readonly says?: string; readonly question?: string } | undefined) ?? {}
  const text = says.says ?? says.question
  return text === undefined ? undefined : info(text)
}

/** What does not speak against the run, and should be known before it writes. */
function warnings(findings: readonly Finding[]): Said | undefined {
  const told = findings.filter(({ level }) => level !== 'refuse').map(({ message }) => message)
  return told.length > 0 ? warn(`warning: ${told.join(' ')}`) : undefined
}

function failedLine(event: Extract<JournalEvent, { kind: 'failed' }>, sight: Sight): Said | undefined {
  const { name, payload } = event
  if ((isLane(name) && name !== 'back') || isWatchOver(event)) return undefined
  const isLook = shownFor(sight, name)?.type === 'look'
  return isLook && ranOutUnattended(payload.failure) ? warn('no host was there for long enough to look') : error(payload.failure.message)
}

function waitingLine({ name, at, payload }: Extract<JournalEvent, { kind: 'waiting' }>, sight: Sight): Said | undefined {
  if (name.endsWith(`/${names.hurry}`)) return undefined
  const asks = asked(payload.about)
  // A question without words of its own is its step's name, which leads the line.
  const words = asks === undefined || asks === shownFor(sight, name)?.name ? '' : `; ${asks}`
  return info(`waits for ${payload.for} until ${iso(at + payload.deadline)}, then: ${payload.next}${words}`)
}

function asked(about: unknown): string | undefined {
  const read = Asked.safeParse(about)
  return read.success && read.data.is !== 'time' && read.data.is !== 'blocked' ? read.data.says : undefined
}

/** The last write of a run tells its watch that nothing is left to look after: that is how each of them ends. */
function isWatchOver({ name, payload }: Extract<JournalEvent, { kind: 'failed' }>): boolean {
  return name.startsWith('watch/') && payload.failure.code === 'SL-RELEASE-OVER'
}

const whyText = (why: string | undefined): string => (why === undefined ? '' : `: ${why}`)
const isLane = (name: string): boolean => !name.includes('/') || /^watch\/[^/]+$/.test(name)
