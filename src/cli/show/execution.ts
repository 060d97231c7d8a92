import { formatDuration } from '#base/index.ts'
import type { ExecutionView, PhaseView, ReleaseView, StepView } from '#protocol/http/index.ts'
import { failureText } from '../exit.ts'
import { colours } from '../terminal.ts'
import { cut, padded } from './table.ts'
import { clockTime, took } from './time.ts'

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

/** An execution as a screen: the head, a line per step, traffic, and what one can do now. */
export function executionView(view: ExecutionView, columns: number, now: number): string {
  const lines = [
    head(view),
    ...view.phases.flatMap(phase => phaseLines(phase, view.phases.length > 1, now)),
    ...view.around.filter(step => step.status !== 'pending' && step.type !== 'inspect').map(step => stepLine(step, now)),
    ...view.releases.flatMap(trafficLines),
    ...questionLines(view),
    ...(view.failure ? [failureText(view.failure)] : []),
    endLine(view, now),
  ]
  return lines.map(line => cut(line, columns)).join('\n')
}

function head(view: ExecutionView): string {
  const [release] = view.releases
  const versions = release
    ? `${view.service} ${release.fromVersion ?? 'new'} → ${release.toVersion}   ${release.environment}/${release.infrastructure}`
    : view.service
  return colours.bold(`${versions}   execution ${view.id}   started ${clockTime(view.started)}`)
}

function phaseLines(phase: PhaseView, named: boolean, now: number): readonly string[] {
  const steps = phase.sections.flatMap(section => section.steps)
  const pending = steps.every(step => step.status === 'pending')
  if (pending && steps.length > 0)
    return [` ${marks.pending} ${colours.dim(`${named ? `${phase.name}: ` : ''}${steps.map(step => step.name).join(' · ')}`)}`]
  return steps.map(step => stepLine(step, now))
}

function stepLine(step: StepView, now: number): string {
  const time = step.started === undefined || step.status === 'pending' ? '' : took(step.started, step.ended, now)
  return ` ${marks[step.status]} ${padded(step.name, 24)} ${wordsOf(step)}${time === '' ? '' : colours.dim(`  ${time}`)}`
}

/** The one line that says what a step does or waits for: for what, since when, until when, and what then. */
function wordsOf(step: StepView): string {
  if (step.failure && step.status === 'failed') return step.failure.message
  if (!step.waiting) return step.says ?? ''
  const { for: what, since, until, next } = step.waiting
  return `waits for ${what} since ${clockTime(since)}, until ${clockTime(until)}, then: ${next}`
}

function trafficLines({ split }: ReleaseView): readonly string[] {
  if (!split) return []
  const bar = (percent: number): string => '█'.repeat(Math.round(percent / 4))
  const declared = split.acknowledged ? 'acknowledged' : 'on its way to the proxies'
  return [
    `traffic   stable ${split.stable} %  ${colours.green(bar(split.stable))}  canary ${split.canary} % ${colours.cyan(bar(split.canary))}  ${colours.dim(declared)}`,
  ]
}

function questionLines({ question, id }: ExecutionView): readonly string[] {
  if (!question) return []
  const { answers, waiting } = question
  return [
    colours.yellow(`? ${question.question}`),
    ...answers.map(({ name, means }) => `    sluice resume ${id} --answer ${name}   ${colours.dim(means)}`),
    colours.dim(`    until ${clockTime(waiting.until)}, then: ${waiting.next}`),
  ]
}

function endLine(view: ExecutionView, now: number): string {
  if (view.ended === undefined) return colours.dim(actions(view))
  const mark = view.exit === 0 ? colours.green('✓') : colours.red('✗')
  return `${mark} ${view.says}   ${formatDuration(Date.parse(view.ended) - Date.parse(view.started))}   ${view.writes} object writes, ${view.calls} API calls${now < 0 ? '' : ''}`
}

function actions({ id, phases }: ExecutionView): string {
  const approval = phases.some(phase =>
    phase.sections.some(section => section.steps.some(step => step.type === 'approval' && step.status === 'waiting')),
  )
  return `${approval ? `approve: sluice approve ${id} --why "…"      ` : ''}abort: sluice abort ${id}      leave: Ctrl-C (it goes on)`
}
