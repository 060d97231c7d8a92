import { formatDuration, objectName, type KubernetesObject } from '#base/index.ts'
import type { LookedAt } from '#delegate/objects/index.ts'
import type { ReleasePlan } from '#delegate/release/index.ts'
import type { PreparedRun } from '#model/application/index.ts'
import { diffObjects } from '#model/manifests/index.ts'
import { isBookkeeping, type PlannedGoal, type RouteView, type Write } from '#model/release/index.ts'
import { Approval, Bake, bakeRounds, Check, ShiftTraffic, Wait, type ResolvedPhase, type ResolvedStep } from '#model/workflow/index.ts'
import type { PlannedStep, RunPlan } from '../planning.ts'
import { colours } from '../terminal.ts'
import { counted } from './count.ts'
import { FEWEST, hanging, padded, tied } from './table.ts'
import { withLocalTimes } from './time.ts'

/** The plan as a page: head, a block per step, the end of instant return, how arrival is known, warnings. */
export function planText(plan: RunPlan, { workflow }: PreparedRun, { diff, columns }: PlanPage): string {
  const page = { diff, columns }
  const blocks = plan.releases.flatMap(release => [
    ...hanging('', head(release, plan.hash), columns),
    ...(release.plan.goals.length === 0 ? [] : stepBlocks(release, workflow?.phases ?? [], page)),
    ...foot(release, columns),
  ])
  if (refusals(plan).length > 0) return blocks.join('\n')
  const exact = `Run exactly this: sluice run ${workflow?.name ?? ''}${givenAgain(plan)} --plan ${plan.hash}`
  return [...blocks, ...hanging('', `${tied(exact)}${diff ? '' : `     ${tied('Exact diffs: --diff')}`}`, columns)].join('\n')
}

export interface PlanPage {
  /** With the exact diff of every write. */
  readonly diff: boolean
  readonly columns: number
}

type PlannedRelease = RunPlan['releases'][number]

/** Why a run would be refused. A release that another run holds is one reason: what else is not as it should be is that run's doing. */
export function refusals({ releases }: RunPlan): ReleasePlan['inspection']['findings'] {
  const found = releases.flatMap(({ plan }) => plan.inspection.findings.filter(finding => finding.level === 'refuse'))
  const held = found.filter(finding => finding.code === HELD)
  return held.length > 0 ? held : found
}

/** Another run has the release. */
export const HELD = 'SL-RELEASE-HELD'

function givenAgain({ releases: [release] }: RunPlan): string {
  const { tag, digest } = release?.prepared.release.artifact ?? {}
  return `${tag === undefined ? '' : ` --tag ${tag}`}${digest === undefined ? '' : ` --digest ${digest}`}`
}

function head({ prepared, plan }: PlannedRelease, hash: string): string {
  const { release } = prepared
  const { snapshot } = plan.inspection
  const where = `${release.environment}/${release.infrastructure} · namespace ${release.namespace}`
  return colours.bold(`${release.service} ${snapshot.stable?.version ?? 'new'} → ${snapshot.next.version} in ${where} · plan ${hash}`)
}

function stepBlocks({ steps, plan, prepared }: PlannedRelease, phases: readonly ResolvedPhase[], page: PlanPage): readonly string[] {
  const rest = plan.goals.slice(steps.reduce((count, step) => count + step.goals.length, 0))
  const lines: string[] = []
  for (const phase of phases.filter(each => each.release === prepared.release.id)) {
    lines.push(colours.bold(phase.name))
    const paths = phase.sections.flatMap(section => section.steps.map(step => step.path))
    for (const step of steps.filter(each => paths.includes(each.step.path))) lines.push(...stepBlock(step, plan, page))
  }
  if (rest.length > 0) lines.push(...block('At rest', goalLines(rest, plan, page), page))
  return lines
}

function stepBlock({ step, goals, beside }: PlannedStep, plan: ReleasePlan, page: PlanPage): readonly string[] {
  const writes = goals.flatMap(goal => goal.writes)
  const needsTraffic = goals.length > 0 || step.type === 'check' || step.type === 'bake'
  if (plan.inspection.snapshot.first && needsTraffic && writes.length === 0)
    return block(step.name, [colours.dim('skipped: a first deployment has no traffic to move or to measure')], page)
  const does =
    beside.length > 0
      ? beside.flatMap(each => besideLines(each, page))
      : goals.length === 0
        ? [withoutWrites(step)]
        : writesOf(step, goals, plan, page)
  return block(step.name, step.irreversible ? [...does, colours.yellow(IRREVERSIBLE)] : does, page)
}

/** An object beside the traffic: what becomes of it, and, where that is asked for, how exactly. */
function besideLines({ before, live, after }: LookedAt, { diff }: PlanPage): readonly string[] {
  if (!isChanged({ before, ...(live ? { live } : {}), ...(after ? { after } : {}) })) return [colours.dim(before.says)]
  const sign = live ? (after ? colours.yellow('~') : colours.red('-')) : after ? colours.green('+') : ' '
  const exact = diff ? exactLines(live, after).map(line => `${DIFF}    ${line}`) : []
  return [`${sign} ${before.says}`, ...exact]
}

/** Whether a step writes an object beside the traffic. Of a Secret nothing is compared. */
function isChanged({ before, live, after }: LookedAt): boolean {
  return live ? !after || before.leaves.length > 0 || live.kind === 'Secret' : after !== undefined
}

/** What the plan says of the step behind which nothing goes back by itself. */
const IRREVERSIBLE = 'irreversible: from here on a failure holds and asks, and asks again every day; only a person goes back'

/** A ramp is told stage by stage: what is written, then how long it is held and what is checked. */
function writesOf(step: ResolvedStep, goals: readonly PlannedGoal[], plan: ReleasePlan, page: PlanPage): readonly string[] {
  if (step.type !== 'shiftTraffic') return goalLines(goals, plan, page)
  const { hold, check } = ShiftTraffic.parse(step.input)
  const then = [...(hold > 0 ? [`holds ${formatDuration(hold)}`] : []), ...(check ? [checkText(check)] : [])].join(', then ')
  return goals.flatMap(goal => [...goalLines([goal], plan, page), then])
}

/** Columns of the names of steps. */
const NAMES = 24
/** Where the screen is too narrow for two columns, a name stands above what its step does. */
const INDENT = 4

/** The name of a step, and beside it what it does. The end of instant return goes across. */
function block(name: string, lines: readonly string[], { columns }: PlanPage): readonly string[] {
  const beside = columns - NAMES >= FEWEST
  const indent = ' '.repeat(beside ? NAMES : INDENT)
  const text = lines.flatMap((line, index) => {
    if (line.startsWith(BORDER)) return hanging('  ', colours.yellow(line), columns)
    if (line.startsWith(DIFF)) return [`${indent}${line.slice(DIFF.length)}`]
    return hanging(beside && index === 0 ? `  ${padded(name, NAMES - 4)}  ` : indent, line, columns)
  })
  return beside ? text : [`  ${name}`, ...text]
}

const BORDER = '── end of instant return'
/** Leads a line of a diff, which is never wrapped. */
const DIFF = '\u0000'

/** What a step that writes nothing does. */
function withoutWrites({ type, input }: ResolvedStep): string {
  if (type === 'approval') {
    const { groups, expires, onExpiry } = Approval.parse(input)
    const who = groups.length === 0 ? 'anybody who may approve' : groups.join(', ')
    const then = onExpiry === 'reject' ? 'reject, way back' : 'approve'
    return `asks ${who}, until ${formatDuration(expires)} after it is asked, then: ${then}`
  }
  if (type === 'wait') return `waits ${formatDuration(Wait.parse(input).for)}`
  if (type === 'bake') return bakeText(Bake.parse(input))
  return type === 'check'
    ? checkText(Check.parse(input))
    : colours.dim(type === 'trafficSplit' ? 'its destinations are known in the run only' : 'refused: see below')
}

function bakeText(bake: Bake): string {
  const watched = `watches for ${formatDuration(bake.for)}`
  if (!bake.check) return watched
  const times = bakeRounds(bake).length
  return `${watched}, and ${times === 1 ? 'once' : `${times} times`} ${checkText(bake.check)}`
}

function checkText({ version, errorRate, latency, over, minRequests, onBad, onFewRequests }: Check): string {
  const limits = [
    ...(errorRate ? [`errors at most ${errorRate.max * 100} %`] : []),
    ...(latency ? [`p${latency.percentile} at most ${formatDuration(latency.max)}`] : []),
  ]
  return `measures ${version} for ${formatDuration(over)}: ${limits.join(', ')}; bad: ${onBad}; under ${minRequests} requests: ${onFewRequests}`
}

function goalLines(goals: readonly PlannedGoal[], { inspection }: ReleasePlan, { diff }: PlanPage): readonly string[] {
  const lines: string[] = []
  for (const goal of goals) {
    const roll = goal.endsInstantReturn ? goal.writes.findIndex(write => write.is === 'apply' && write.says.includes(': template of')) : -1
    const bookkeeping = goal.writes.filter(write => !isObjectWrite(write))
    for (const [index, write] of goal.writes.entries()) {
      if (index === roll)
        lines.push(`${BORDER}: behind this line going back rolls ${inspection.snapshot.stable?.replicas ?? 0} pods of the old version ──`)
      if (isObjectWrite(write)) lines.push(...writeLines(write, diff))
    }
    if (bookkeeping.length > 0) lines.push(colours.dim(bookkeepingText(bookkeeping)))
    if (goal.stopped) lines.push(colours.red(`would stop: ${goal.stopped.message}`))
  }
  const shown = lines.length === 0 ? [colours.dim('nothing to write: it is so already')] : lines
  return [...shown, ...splitLines(goals)]
}

/** Leases, the record and marks are Sluice's own: told in one line, and counted apart. */
function isObjectWrite(write: Write): boolean {
  const { kind, metadata } = write.object
  if (kind === 'Lease' || (kind === 'ConfigMap' && metadata.name.startsWith('sluice-record-'))) return false
  return write.is !== 'patch' || !isBookkeeping(write.patch)
}

function bookkeepingText(writes: readonly Write[]): string {
  const leases = writes.filter(write => write.object.kind === 'Lease')
  const records = writes.filter(write => write.object.kind === 'ConfigMap')
  const back = leases.filter(write => write.is === 'delete').length
  const taken = leases.length - back
  const parts = [
    ...(taken > 0
      ? [`${leasesText(taken)} taken${back > 0 ? ' and given back' : ''}`]
      : back > 0
        ? [`${leasesText(back)} given back`]
        : []),
    ...(records.some(write => write.is === 'apply') ? ['record written'] : []),
    ...(records.some(write => write.is === 'patch') ? ['record closed'] : []),
    ...(writes.some(write => write.is === 'patch' && write.object.kind !== 'Lease' && write.object.kind !== 'ConfigMap')
      ? ['marks and ownership of fields']
      : []),
  ]
  return parts.join(', ')
}

const leasesText = (count: number): string => (count === 1 ? '1 Lease' : `${count} Leases`)

/** The split of every managed entry before and after, where it changes; entries that change alike are told once. */
function splitLines(goals: readonly PlannedGoal[]): readonly string[] {
  const after = goals.at(-1)?.splitAfter ?? []
  return [...new Set((goals[0]?.splitBefore ?? []).flatMap((before, index) => splitLine(before, after[index])))]
}

function splitLine(before: RouteView, after: RouteView | undefined): readonly string[] {
  if (!after || routeText(before) === routeText(after)) return []
  if (before.is === 'bare' || after.is === 'bare') return [colours.cyan(`traffic  ${routeText(before)} → ${routeText(after)}`)]
  const was = new Map(before.rows.map(({ to, weight }) => [nameOf(to), weight]))
  const changes = after.rows.map(({ to, weight }) => `${nameOf(to)} ${was.get(nameOf(to)) ?? 0} → ${weight} %`)
  return [colours.cyan(`traffic  ${changes.join(', ')}`)]
}

const nameOf = (to: Extract<RouteView, { is: 'split' }>['rows'][number]['to']): string => (typeof to === 'string' ? to : to.host)

function routeText(route: RouteView): string {
  if (route.is === 'bare') return 'as the manifests say'
  return route.rows.map(({ to, weight }) => `${nameOf(to)} ${weight} %`).join(', ')
}

const signs: Readonly<Record<Write['is'], string>> = {
  create: colours.green('+'),
  apply: colours.yellow('~'),
  patch: colours.yellow('~'),
  delete: colours.red('-'),
}

/** Hashes that only the run will know. */
const UNKNOWN_HASH = /<hash of (\S+) \w+>/g

function writeLines(write: Write, diff: boolean): readonly string[] {
  const sign = write.is === 'apply' && !write.live ? colours.green('+') : signs[write.is]
  const says = write.says.replaceAll(UNKNOWN_HASH, "<hash of $1's new pods>").replace(/: 1 pods$/, ': 1 pod')
  return [`${sign} ${says}`, ...(diff ? diffLines(write).map(line => `${DIFF}    ${line}`) : [])]
}

const paints: Readonly<Record<string, (text: string) => string>> = { added: colours.green, removed: colours.red, hunk: colours.dim }

function diffLines(write: Write): readonly string[] {
  return exactLines(...sides(write))
}

function exactLines(before: KubernetesObject | undefined, after: KubernetesObject | undefined): readonly string[] {
  const sign = { same: ' ', added: '+', removed: '-', hunk: '' } as const
  return diffObjects(before, after).lines.map(({ is, text }) => (paints[is] ?? String)(`${sign[is]}${text}`))
}

function sides(write: Write): readonly [KubernetesObject | undefined, KubernetesObject | undefined] {
  if (write.is === 'delete') return [write.object, undefined]
  if (write.is === 'patch') return [write.object, write.after]
  return [write.is === 'apply' ? write.live : undefined, write.object]
}

function foot({ plan, steps }: PlannedRelease, columns: number): readonly string[] {
  const { findings } = plan.inspection
  const all = plan.goals.flatMap(goal => goal.writes)
  const writes = all.filter(isObjectWrite)
  const beside = steps.flatMap(step => step.beside).filter(isChanged).length
  const pods = writes.filter(write => /: \d+ pods?$/.test(write.says)).length
  const scale = pods === 0 ? '' : `, ${pods} of them pods' scale,`
  const counts = `${counted(writes.length + beside, 'object write')}${scale} and ${all.length - writes.length} of Sluice's own (Leases, record, marks)`
  return [
    ...(all.length === 0 ? [] : hanging('', `${settleText(plan.inspection)} ${counts}.`, columns)),
    ...toldFindings(findings).flatMap(({ level, message, todo }) =>
      hanging(`${words[level]}: `, withLocalTimes(`${asSentence(message)} ${colours.dim(inOneLine(todo))}`), columns),
    ),
  ]
}

function settleText({ settle, snapshot }: ReleasePlan['inspection']): string {
  if (snapshot.names.routes.length === 0) return 'No route is moved: pods count when they are ready.'
  return `${settle.how === 'acknowledged' ? 'Settles by acknowledgement' : 'Settles by waiting'} (${settle.why}).`
}

/** Another sentence comes behind it. */
function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

/** What is to be pasted has lines of its own, which a plan would tear apart. */
function inOneLine(todo: string): string {
  return todo.includes('\n') ? 'What to paste: sluice preflight.' : todo
}

const words = { refuse: colours.red('refused'), warn: colours.yellow('warning'), unknown: colours.yellow('unknown') } as const

function toldFindings(findings: ReleasePlan['inspection']['findings']): ReleasePlan['inspection']['findings'] {
  const held = findings.filter(finding => finding.code === HELD)
  return held.length > 0 ? held : findings
}

/** The plan as data: the resolved workflow, and per release findings and writes. */
export function planJson({ hash, releases }: RunPlan, { workflow }: PreparedRun): object {
  return {
    plan: hash,
    workflow,
    releases: releases.map(({ prepared, plan }) => ({
      id: prepared.release.id,
      findings: plan.inspection.findings,
      settle: plan.inspection.settle,
      goals: plan.goals.map(({ goal, writes, splitBefore, splitAfter, endsInstantReturn }) => ({
        goal,
        splitBefore,
        splitAfter,
        endsInstantReturn,
        writes: writes.map(write => ({
          is: write.is,
          object: objectName(write.object),
          says: write.says,
          ...(write.is === 'patch' ? { patch: write.patch } : {}),
        })),
      })),
    })),
  }
}
