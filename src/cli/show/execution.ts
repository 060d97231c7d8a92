import { formatDuration } from '#base/index.ts'
import type { ExecutionView, PhaseView, QuestionView, ReleaseView, StepView } from '#protocol/http/index.ts'
import { cureLines, failureLines } from '../exit.ts'
import { colours } from '../terminal.ts'
import { counted } from './count.ts'
import { hanging, padded, tied, width } from './table.ts'
import { clockTime, took, withLocalTimes } from './time.ts'

const marks: Readonly<Record<StepView['status'], string>> = {
  pending: colours.dim('○'),
  running: colours.cyan('●'),
  waiting: colours.yellow('●'),
  done: colours.green('✓'),
  skipped: colours.dim('–'),
  failed: colours.red('✗'),
  ignored: colours.yellow('!'),
  stopped: colours.dim('■'),
}

/** A screen: how wide it is, how wide the names of its steps are, and what time it is. */
interface Page {
  readonly columns: number
  readonly names: number
  readonly now: number
}

/** Names of steps stand in a column no wider than this; longer ones push their words to the right. */
const WIDEST_NAME = 30

/** An execution as a screen: the head, a line per step, traffic, and what one can do now; `followed`: it stays on the screen until Ctrl-C. */
export function executionView(view: ExecutionView, columns: number, now: number, followed = false): string {
  const names = Math.min(WIDEST_NAME, Math.max(...stepsOf(view).map(step => width(step.name)), 12))
  const page: Page = { columns, names, now }
  const before = view.around.filter(isBefore)
  const others = view.around.filter(step => !isBefore(step))
  return [
    ...hanging('', head(view), columns),
    ...warningLines(view, columns),
    ...before.filter(({ type, status }) => type === 'turn' || status !== 'done').flatMap(step => stepLines(step, page)),
    ...view.phases.flatMap(phase => phaseLines(phase, page)),
    ...others.filter(step => step.status !== 'pending').flatMap(step => stepLines(step, page)),
    ...(view.ended === undefined ? view.releases.flatMap(release => trafficLines(release, columns)) : []),
    ...irreversibleLines(view, columns),
    ...questionLines(view, columns),
    ...failureOf(view, columns),
    ...endLines(view, columns, followed),
  ].join('\n')
}

/** What comes before the steps: whose place is taken, and the look, of which nothing is told any more when it is done. */
const isBefore = ({ type }: StepView): boolean => type === 'turn' || type === 'look'

/** Warnings of the look, as long as the run goes on; a screen has room for a few. What is unknown is counted. */
const MOST_WARNINGS = 3

function warningLines({ releases, ended }: ExecutionView, columns: number): readonly string[] {
  if (ended !== undefined) return []
  const findings = releases.flatMap(release => release.findings)
  const warnings = findings.filter(({ level }) => level === 'warn')
  const unknown = findings.filter(({ level }) => level === 'unknown').length
  const more = Math.max(0, warnings.length - MOST_WARNINGS)
  const left = [...(more > 0 ? [`${more} more warnings`] : []), ...(unknown > 0 ? [`${unknown} unknown`] : [])]
  return [
    ...warnings.slice(0, MOST_WARNINGS).flatMap(({ message }) => hanging(` ${marks.ignored} `, colours.dim(message), columns)),
    ...(left.length > 0 ? [colours.dim(`   ${left.join(', ')}: sluice preflight`)] : []),
  ]
}

function stepsOf({ phases, around }: ExecutionView): readonly StepView[] {
  return [...phases.flatMap(phase => phase.sections.flatMap(section => section.steps)), ...around]
}

function head({ id, service, releases: [release], started }: ExecutionView): string {
  const where = release ? `   ${release.environment}/${release.infrastructure}` : ''
  return colours.bold(`${versionsText(service, release)}${where}   execution ${id}   started ${clockTime(started)}`)
}

/** `cart 1.3.2 → 1.4.0`, `cart new → 1.4.0` for a first deployment, and `cart → 1.4.0` while nobody has looked at what runs. */
export function versionsText(service: string, release: ReleaseView | undefined): string {
  if (!release) return service
  const from = release.fromVersion ?? (release.settle ? 'new' : undefined)
  return `${service}${from === undefined ? '' : ` ${from}`} → ${release.toVersion}`
}

/** A phase that has not begun is one line. */
function phaseLines(phase: PhaseView, page: Page): readonly string[] {
  const steps = phase.sections.flatMap(section => section.steps)
  if (steps.length === 0) return []
  if (steps.some(step => step.status !== 'pending')) return steps.flatMap(step => stepLines(step, page))
  return hanging(` ${marks.pending} `, colours.dim(steps.map(step => step.name).join(' · ')), page.columns)
}

function stepLines(step: StepView, { columns, names, now }: Page): readonly string[] {
  const time = step.started === undefined || step.status === 'pending' ? '' : took(step.started, step.ended, now)
  const words = [wordsOf(step), ...(step.irreversible ? [colours.dim('(irreversible)')] : []), ...(time === '' ? [] : [colours.dim(time)])]
    .filter(part => part !== '')
    .join('  ')
  return hanging(` ${marks[step.status]} ${padded(step.name, names)}  `, words, columns)
}

/** What a step does or waits for: for what, since when, until when, and what then. */
function wordsOf(step: StepView): string {
  if (step.failure && step.status === 'failed') return withLocalTimes(step.failure.message)
  if (step.status === 'stopped') return colours.dim('stopped')
  if (!step.waiting) return withLocalTimes(step.says ?? '')
  const { for: what, since, until, next } = step.waiting
  return withLocalTimes(`waits for ${what} since ${clockTime(since)}, until ${clockTime(until)}, then: ${next}`)
}

/** Columns of the bar for 100 %. */
const BAR = 30

/** The split as declared; nothing where no version runs yet. */
function trafficLines({ split, fromVersion, toldApart = [] }: ReleaseView, columns: number): readonly string[] {
  if (!split || fromVersion === undefined) return []
  const bar = (percent: number): string => '█'.repeat(Math.round((percent * BAR) / 100))
  const bars = `${colours.green(bar(split.stable))}${colours.cyan(bar(split.canary))}`
  const arrived = colours.dim(split.acknowledged ? '(settled)' : '(on its way to the proxies)')
  const words = `stable ${split.stable} %  canary ${split.canary} %`
  return [
    ...hanging('traffic   ', `${words}${columns > width(words) + BAR + 40 ? `  ${bars}` : ''}  ${arrived}`, columns),
    ...toldApart.flatMap(each => hanging('          ', `to the canary beside its share: ${each}`, columns)),
  ]
}

/** While it runs: that nothing goes back by itself any more. */
function irreversibleLines({ irreversible, ended, status }: ExecutionView, columns: number): readonly string[] {
  if (irreversible === undefined || ended !== undefined || status === 'returning') return []
  return hanging('', colours.yellow(`"${irreversible}" is irreversible: from here on a failure asks, and only a person goes back`), columns)
}

/** A question that is not an approval, with its own answers. */
function questionLines(view: ExecutionView, columns: number): readonly string[] {
  const { question, id } = view
  if (!question || isApproval(question)) return []
  const { answers, waiting } = question
  return [
    ...hanging(`${colours.yellow('?')} `, colours.yellow(question.question), columns),
    ...answers.flatMap(({ name, means }) => hanging(`    sluice resume ${id} --answer ${name}   `, colours.dim(means), columns)),
    ...hanging('    ', colours.dim(`until ${clockTime(waiting.until)}, then: ${waiting.next}`), columns),
  ]
}

function isApproval({ answers }: QuestionView): boolean {
  return answers.some(answer => answer.name === 'approve')
}

/** Why it goes back or went back. The message of a failed step stands beside the step already. */
function failureOf(view: ExecutionView, columns: number): readonly string[] {
  if (!view.failure) return []
  const told = stepsOf(view).some(step => step.status === 'failed' && step.failure?.message === view.failure?.message)
  return told ? cureLines(view.failure, columns) : failureLines(view.failure, columns)
}

const ends: Readonly<Record<ExecutionView['status'], string>> = {
  done: 'done',
  returned: 'back on the former version',
  refused: 'refused, nothing was written,',
  stranded: 'could not go back by itself',
  broken: 'stopped by a bug of Sluice',
  running: 'running',
  waiting: 'waiting',
  paused: 'paused',
  returning: 'on the way back',
}

function endLines(view: ExecutionView, columns: number, followed: boolean): readonly string[] {
  if (view.ended === undefined) return actionLines(view, columns, followed)
  const mark = view.exit === 0 ? colours.green('✓') : colours.red('✗')
  const length = formatDuration(Date.parse(view.ended) - Date.parse(view.started))
  return [
    ...hanging(
      `${mark} `,
      `${ends[view.status]} in ${length}   ${counted(view.writes, 'object write')}, ${counted(view.calls, 'API call')}`,
      columns,
    ),
    ...(view.status === 'done' ? wayBackLine(view, length, columns) : []),
    ...(view.writes > 0 ? hanging('  ', colours.dim(`report: sluice report ${view.id} --html report.html`), columns) : []),
  ]
}

/** A run of the former release takes about as long as this one took. */
function wayBackLine({ service, releases: [release] }: ExecutionView, length: string, columns: number): readonly string[] {
  if (release?.fromVersion === undefined || release.fromVersion === release.toVersion) return []
  return hanging('  ', colours.dim(`back to ${release.fromVersion}: sluice rollback ${service} (a run of about ${length})`), columns)
}

function actionLines(view: ExecutionView, columns: number, followed: boolean): readonly string[] {
  const all = [...actionsOf(view), ...(followed ? ['leave: Ctrl-C (it goes on)'] : [])]
  return all.length > 0 ? hanging('', colours.dim(all.map(tied).join('   ')), columns) : []
}

function actionsOf({ id, question, status }: ExecutionView): readonly string[] {
  if (status === 'returning' || status === 'stranded') return []
  const asked = question && isApproval(question) ? [`approve: sluice approve ${id} --why "…"`, `reject: sluice reject ${id}`] : []
  const paused = status === 'paused' ? [`go on: sluice resume ${id}`] : []
  return [...asked, ...paused, `abort: sluice abort ${id}`]
}
