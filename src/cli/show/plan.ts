import { objectName, type KubernetesObject } from '#base/index.ts'
import type { PreparedRun } from '#model/application/index.ts'
import { diffObjects } from '#model/manifests/index.ts'
import type { PlannedGoal, RouteView, Write } from '#model/release/index.ts'
import type { PlannedStep, RunPlan } from '../planning.ts'
import { colours } from '../terminal.ts'
import { padded } from './table.ts'

/** The plan as a page: head, a block per step, the end of instant return, how arrival is known, warnings. */
export function planText(plan: RunPlan, { workflow }: PreparedRun, diff: boolean): string {
  const blocks = plan.releases.flatMap(release => [
    head(release, plan.hash),
    ...stepBlocks(release, workflow?.phases ?? [], diff),
    ...foot(release),
  ])
  return [
    ...blocks,
    `Run exactly this: sluice run ${workflow?.name ?? ''} --plan ${plan.hash}${diff ? '' : '     Exact diffs: --diff'}`,
  ].join('\n')
}

type PlannedRelease = RunPlan['releases'][number]

function head({ prepared, plan }: PlannedRelease, hash: string): string {
  const { release } = prepared
  const { snapshot } = plan.inspection
  const from = snapshot.stable?.version ?? 'nothing'
  const where = `${release.environment}/${release.infrastructure} · namespace ${release.namespace}`
  return colours.bold(`${release.service} ${from} → ${snapshot.next.version} in ${where} · plan ${hash}`)
}

function stepBlocks(
  { steps, plan, prepared }: PlannedRelease,
  phases: readonly {
    readonly name: string
    readonly release: string
    readonly sections: readonly { readonly steps: readonly { readonly path: string }[] }[]
  }[],
  diff: boolean,
): readonly string[] {
  const rest = plan.goals.slice(steps.reduce((count, step) => count + step.goals.length, 0))
  const lines: string[] = []
  for (const phase of phases.filter(each => each.release === prepared.release.id)) {
    lines.push(colours.bold(phase.name))
    const paths = phase.sections.flatMap(section => section.steps.map(step => step.path))
    for (const step of steps.filter(each => paths.includes(each.step.path))) lines.push(...stepBlock(step, plan, diff))
  }
  if (rest.length > 0) lines.push(...goalsBlock('At rest', rest, diff))
  return lines
}

function stepBlock({ step, goals }: PlannedStep, { inspection, goals: all }: PlannedRelease['plan'], diff: boolean): readonly string[] {
  const ends = goals.some(goal => goal.endsInstantReturn)
  const line = `  ── end of instant return: behind this line going back rolls ${inspection.snapshot.stable?.replicas ?? 0} pods of the old version ──`
  const skipped = inspection.snapshot.first && goals.length > 0 && goals.every(goal => goal.writes.length === 0)
  if (skipped) return [`  ${padded(step.name, 22)}${colours.dim('skipped: the first deployment has no traffic to move')}`]
  if (goals.length === 0) return [`  ${padded(step.name, 22)}${colours.dim(all.length === 0 ? '' : nothingWritten(step.type))}`]
  return [...goalsBlock(step.name, goals, diff), ...(ends ? [colours.yellow(line)] : [])]
}

function nothingWritten(type: string): string {
  return type === 'approval' ? 'waits for a person' : 'writes nothing'
}

function goalsBlock(name: string, goals: readonly PlannedGoal[], diff: boolean): readonly string[] {
  const writes = goals.flatMap(goal => goal.writes)
  const shown = writes.length === 0 ? [colours.dim('nothing to write: it is so already')] : writes.flatMap(write => writeLines(write, diff))
  const [first = '', ...others] = shown
  const stopped = goals.flatMap(goal => (goal.stopped ? [colours.red(`would stop: ${goal.stopped.message}`)] : []))
  return [`  ${padded(name, 22)}${first}`, ...[...others, ...split(goals), ...stopped].map(line => `  ${' '.repeat(22)}${line}`)]
}

/** The split before and after, where it changes. */
function split(goals: readonly PlannedGoal[]): readonly string[] {
  const [before, after] = [goals[0]?.splitBefore, goals.at(-1)?.splitAfter]
  if (!before || !after || routeText(before) === routeText(after)) return []
  return [colours.cyan(`traffic: ${routeText(before)} → ${routeText(after)}`)]
}

function routeText(route: RouteView): string {
  if (route.is === 'bare') return 'as the manifests say'
  return route.rows.map(({ to, weight }) => `${typeof to === 'string' ? to : to.host} ${weight}`).join(', ')
}

const signs: Readonly<Record<Write['is'], string>> = {
  create: colours.green('+'),
  apply: colours.yellow('~'),
  patch: colours.yellow('~'),
  delete: colours.red('-'),
}

function writeLines(write: Write, diff: boolean): readonly string[] {
  const sign = write.is === 'apply' && !write.live ? colours.green('+') : signs[write.is]
  return [`${sign} ${write.says}`, ...(diff ? diffLines(write).map(line => `    ${line}`) : [])]
}

const paints: Readonly<Record<string, (text: string) => string>> = { added: colours.green, removed: colours.red, hunk: colours.dim }

function diffLines(write: Write): readonly string[] {
  const [before, after] = sides(write)
  const sign = { same: ' ', added: '+', removed: '-', hunk: '' } as const
  return diffObjects(before, after).lines.map(({ is, text }) => (paints[is] ?? String)(`${sign[is]}${text}`))
}

function sides(write: Write): readonly [KubernetesObject | undefined, KubernetesObject | undefined] {
  if (write.is === 'delete') return [write.object, undefined]
  if (write.is === 'patch') return [write.object, write.after]
  return [write.is === 'apply' ? write.live : undefined, write.object]
}

function foot({ plan }: PlannedRelease): readonly string[] {
  const { settle, findings } = plan.inspection
  const writes = plan.goals.flatMap(goal => goal.writes)
  const pods = writes.filter(write => write.says.endsWith(' pods')).length
  const how = settle.how === 'acknowledged' ? 'Settles by acknowledgement' : 'Settles by waiting'
  return [
    `${how} (${settle.why}). ${writes.length} object writes, ${pods} of them pods' scale.`,
    ...findings.map(
      ({ level, message, todo }) =>
        `${level === 'refuse' ? colours.red('refused') : colours.yellow(level === 'warn' ? 'warning' : 'unknown')}: ${message} ${colours.dim(todo)}`,
    ),
  ]
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
