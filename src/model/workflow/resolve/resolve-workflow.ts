import { problemOf, type Problem } from '#base/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import { find, namesOf, type Application } from '../documents/application.ts'
import type { Source } from '../documents/source.ts'
import { workflow as failures } from '../failures.ts'
import { outlineOf, type Outline, type OutlinePhase } from '../names/outline.ts'
import { ResolvedWorkflow, type ResolvedRelease } from '../resolved.ts'
import { sayWhere, tellAt } from '../written/tell.ts'
import { imageChoiceFailures } from './artifact.ts'
import { reading, type Reading } from './reading.ts'
import { readRelease, resolveRelease, type ReadRelease, type ReleaseSources, type RunChoice } from './release.ts'
import { resolvePhase } from './steps.ts'

/** What a run says beside the name of its workflow. */
export interface ResolveChoice extends RunChoice {
  /** Takes the place of the one that the phases name. */
  readonly infrastructure?: string
}

export interface Resolution {
  /** There only where nothing is wrong. */
  readonly workflow?: ResolvedWorkflow
  readonly problems: readonly Problem[]
}

/**
 * Makes of a workflow and of what a run brings all that the run needs: see ResolvedWorkflow. Files are named, not read.
 * Total: an application with problems gives problems.
 */
export async function resolveWorkflow(application: Application, name: string, choice: ResolveChoice = {}): Promise<Resolution> {
  const source = find(application, 'Workflow', name)
  if (!source) {
    const known = namesOf(application, 'Workflow')
    return { problems: [problemOf(failures.NO_WORKFLOW({ name, near: nearMisses(name, known), known }))] }
  }
  const resolving: Resolving = { application, source, outline: outlineOf(source.spec), choice, read: reading() }
  const { problems } = resolving.read
  problems.push(...imageChoiceFailures(choice).map(each => problemOf(each)))
  const where = infrastructuresOf(resolving)
  const releases = await readReleases(resolving, where)
  const workflow = problems.length === 0 ? assemble(resolving, where, releases) : undefined
  return workflow && problems.length === 0 ? { workflow, problems } : { problems: unique(problems) }
}

interface Resolving {
  readonly application: Application
  readonly source: Source
  readonly outline: Outline
  readonly choice: ResolveChoice
  readonly read: Reading
}

/** The infrastructure of each phase. */
function infrastructuresOf({ source, outline, choice, read }: Resolving): ReadonlyMap<OutlinePhase, string> {
  const shared = source.at(['spec', 'infrastructure'])
  const named = [...new Set(outline.phases.flatMap(each => each.infrastructure ?? []))]
  if (choice.infrastructure !== undefined && named.length > 1) {
    const failure = failures.SEVERAL_INFRASTRUCTURES({ where: source.title, names: named, asked: choice.infrastructure })
    read.problems.push(problemOf(failure, source.place(['spec', 'phases'], 'key')))
  }
  if (outline.phases.length === 0) {
    const failure = failures.MISSING({ where: sayWhere(source, ['spec', 'phases']), wants: 'at least one phase' })
    read.problems.push(tellAt(failure, source.place(['spec', 'phases'], 'key')))
  }
  const found = new Map<OutlinePhase, string>()
  for (const phase of outline.phases) {
    const infrastructure = choice.infrastructure ?? phase.infrastructure ?? shared
    if (typeof infrastructure === 'string') found.set(phase, infrastructure)
    else read.problems.push(problemOf(failures.NO_INFRASTRUCTURE({ where: sayWhere(source, phase.at) }), source.place(phase.at)))
  }
  return found
}

async function readReleases(resolving: Resolving, where: ReadonlyMap<OutlinePhase, string>): Promise<ReadonlyMap<string, ReadRelease>> {
  const releases = new Map<string, ReadRelease>()
  for (const [name, sources] of releaseSources(resolving, where)) {
    const made = await readRelease(sources, resolving.choice, resolving.read)
    if (made) releases.set(name, made)
  }
  return releases
}

/** The documents of each release, by its infrastructure; those of which one is not there are told and left out. */
function releaseSources(resolving: Resolving, where: ReadonlyMap<OutlinePhase, string>): ReadonlyMap<string, ReleaseSources> {
  const { application, source: workflow } = resolving
  const service = lookup(resolving, 'Service', workflow.at(['spec', 'service']))
  const found = new Map<string, ReleaseSources>()
  for (const name of new Set(where.values())) {
    const infrastructure = lookup(resolving, 'Infrastructure', name)
    const environment = infrastructure && lookup(resolving, 'Environment', infrastructure.at(['spec', 'environment']))
    if (!service || !infrastructure || !environment) continue
    const phases = [...where].filter(([, each]) => each === name).map(([phase]) => phase.at)
    found.set(name, { application: application.name, workflow, service, environment, infrastructure, phases })
  }
  return found
}

/**
 * The releases of a workflow that can be told, whatever is wrong elsewhere in it: so that their manifests can be looked at all the same.
 * What is wrong is for parseApplication and resolveWorkflow to say.
 */
export async function resolveReleases(
  application: Application,
  name: string,
  choice: ResolveChoice = {},
): Promise<readonly ResolvedRelease[]> {
  const source = find(application, 'Workflow', name)
  if (!source) return []
  const resolving: Resolving = { application, source, outline: outlineOf(source.spec), choice, read: reading() }
  const sources = releaseSources(resolving, infrastructuresOf(resolving))
  const made = await Promise.all([...sources.values()].map(each => resolveRelease(each, choice, reading())))
  return made.flatMap(each => (each ? [each.release] : []))
}

function lookup({ application, source, read }: Resolving, kind: Source['kind'], named: unknown): Source | undefined {
  const name = typeof named === 'string' ? named : ''
  const found = find(application, kind, name)
  if (found) return found
  const near = nearMisses(name, namesOf(application, kind))
  read.problems.push(tellAt(failures.UNKNOWN_REFERENCE({ where: source.title, kind, name, near }), source.place(['spec'], 'key')))
  return undefined
}

function assemble(
  { application, source, outline, read }: Resolving,
  where: ReadonlyMap<OutlinePhase, string>,
  releases: ReadonlyMap<string, ReadRelease>,
): ResolvedWorkflow | undefined {
  const [first] = releases.values()
  if (!first) return undefined
  const { strategy, service } = first.workflow.spec
  const phases = outline.phases.flatMap((phase, i) => {
    const made = releases.get(where.get(phase) ?? '')
    const resolved = made && resolvePhase(made.workflow, i, outline, made.release)
    for (const { step, failure } of resolved?.failures ?? []) {
      const at = [...outline.steps, ...outline.rollback].find(each => each.id === step)?.at ?? phase.at
      read.problems.push(problemOf(failure, source.place([...at, 'timeout'])))
    }
    return resolved ? [resolved.phase] : []
  })
  const all = [...releases.values()].map(each => each.release)
  const whole: ResolvedWorkflow = { format: 1, application: application.name, name: source.name, strategy, service, releases: all, phases }
  // Through JSON, so that what is left out is absent and not undefined: the hash of a definition must not know the difference.
  return ResolvedWorkflow.parse(JSON.parse(JSON.stringify(whole)))
}

/** Documents that several releases share are read once for each. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(each => [JSON.stringify(each), each])).values()]
}
