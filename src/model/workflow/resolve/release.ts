import { problemOf, type Json, type Problem } from '#base/index.ts'
import type { TreePath, Values } from '#model/expressions/index.ts'
import type { Source } from '../documents/source.ts'
import { workflow as failures } from '../failures.ts'
import type { Known } from '../names/scope.ts'
import type { Artifact, ResolvedRelease } from '../resolved.ts'
import { Environment, Infrastructure, repository, Service, Workflow } from '../written/kinds.ts'
import { dnsName } from '../written/leaf.ts'
import { sayWhere, tellAt } from '../written/tell.ts'
import { byName, values, variable, type WrittenValues } from '../written/variables.ts'
import { absentParts, artifactOf, type ImageChoice } from './artifact.ts'
import { baseNames, type DocumentNames, variableScope, withArtifact, withInfrastructure, withVariables } from './names.ts'
import type { Reading } from './reading.ts'
import { mergeVariables } from './variables.ts'

/** The documents that make a release. */
export interface ReleaseSources {
  readonly application: string
  readonly workflow: Source
  readonly service: Source
  readonly environment: Source
  readonly infrastructure: Source
  /** Where the variables of its phases stand in the workflow. */
  readonly phases: readonly TreePath[]
}

/** What a run brings. */
export interface RunChoice extends ImageChoice {
  readonly variables?: Readonly<Record<string, Json>>
}

/** A release, and the workflow as it reads with the release's names. */
export interface ReadRelease {
  readonly release: ResolvedRelease
  readonly workflow: Workflow
}

/** Resolves one release and reads the workflow for it; undefined where something is wrong, which the reading then holds. */
export async function readRelease(sources: ReleaseSources, choice: RunChoice, reading: Reading): Promise<ReadRelease | undefined> {
  const made = await resolveRelease(sources, choice, reading)
  const workflow = made && (await reading.part(sources.workflow, [], Workflow, made.names, made.known))
  return workflow && { release: made.release, workflow }
}

interface MadeRelease extends Pick<Named, 'names' | 'known'> {
  readonly release: ResolvedRelease
}

/** The release alone: of the workflow nothing is read but its variables. */
export async function resolveRelease(sources: ReleaseSources, choice: RunChoice, reading: Reading): Promise<MadeRelease | undefined> {
  const named = await readNames(sources, choice, reading)
  if (!named) return undefined
  const { names, known, artifact, where, releaseName } = named
  const what = await reading.part(sources.service, [], Service, names, known)
  const env = await reading.part(sources.environment, [], Environment, names, known)
  if (!what || !env) return undefined
  const { service, environment, infrastructure } = namesOfDocuments(sources)
  const release: ResolvedRelease = {
    id: `${service}@${infrastructure}`,
    name: releaseName,
    service,
    environment,
    production: env.spec.production,
    infrastructure,
    cluster: where.cluster,
    namespace: where.namespace,
    delegates: where.delegates,
    settle: where.settle,
    drain: where.drain,
    bypass: env.spec.bypass ?? 'accept',
    remoteEndpoints: where.remoteEndpoints,
    prometheus: where.prometheus,
    workload: what.spec.workload,
    managed: what.spec.managed,
    routes: what.spec.routes,
    isolate: what.spec.isolate,
    sticky: what.spec.stickySession,
    subsets: what.spec.subsets,
    artifact,
    manifests: what.spec.manifests,
    values: [...what.spec.values, ...env.spec.values, ...(env.spec.services[service]?.values ?? [])],
    names: names as ResolvedRelease['names'],
  }
  return { release, names, known }
}

interface Named {
  readonly names: Values
  readonly known: Known
  readonly artifact: Artifact
  readonly where: Infrastructure['spec']
  readonly releaseName: string
}

/** Everything that has a name before the run, each from those known before it. */
async function readNames(sources: ReleaseSources, choice: RunChoice, reading: Reading): Promise<Named | undefined> {
  const base = baseNames(namesOfDocuments(sources))
  const variables = await readVariables(sources, choice, base, reading)
  // Without its variables every place that uses them would complain.
  if (reading.problems.length > 0) return undefined
  const withThem = withVariables(base, variables)
  const scope = { variables: variableScope(variables) }
  const artifact = artifactOf(await reading.part(sources.service, ['spec', 'image'], repository, withThem, scope), choice)
  const known: Known = { ...scope, absent: absentParts(artifact) }
  const withImage = withArtifact(withThem, artifact)
  const where = (await reading.part(sources.infrastructure, [], Infrastructure, withImage, known))?.spec
  if (!where) return undefined
  const releaseName = where.releaseName ?? `${sources.service.name}-${sources.infrastructure.name}`
  if (!dnsName.safeParse(releaseName).success) {
    const wants = 'a releaseName of at most 63 small letters, digits and dashes'
    const failure = failures.WRONG_VALUE({ where: `${sources.infrastructure.title}: releaseName`, is: releaseName, wants })
    reading.problems.push(tellAt(failure, sources.infrastructure.place(['metadata', 'name'])))
  }
  const cluster = where.cluster.context ?? ''
  const names = withInfrastructure(withImage, { namespace: where.namespace, releaseName, cluster })
  return { names, known, artifact, where, releaseName }
}

function namesOfDocuments({ application, workflow, service, environment, infrastructure }: ReleaseSources): DocumentNames {
  return {
    application,
    service: service.name,
    environment: environment.name,
    production: environment.at(['spec', 'production']) === true,
    infrastructure: infrastructure.name,
    workflow: workflow.name,
    strategy: String(workflow.at(['spec', 'strategy'])),
  }
}

const declarations = byName(variable)

async function readVariables(sources: ReleaseSources, choice: RunChoice, base: Values, reading: Reading): Promise<WrittenValues> {
  const { workflow, service, environment, phases } = sources
  const nothing: Known = { variables: {} }
  const part = (source: Source, root: TreePath) => reading.part(source, root, values, base, nothing)
  const lower = [
    await part(service, ['spec', 'variables']),
    await part(environment, ['spec', 'variables']),
    await part(environment, ['spec', 'services', service.name, 'variables']),
  ]
  const declared = (await reading.part(workflow, ['spec', 'variables'], declarations, base, nothing)) ?? {}
  const ofPhases = await Promise.all(phases.map(async at => ({ at, values: (await part(workflow, [...at, 'variables'])) ?? {} })))
  const merged = mergeVariables({
    title: workflow.title,
    lower: lower.map(each => each ?? {}),
    declared,
    phase: Object.assign({}, ...ofPhases.map(each => each.values)) as WrittenValues,
    given: choice.variables ?? {},
  })
  const place = workflow.place(['spec', 'variables'], 'key')
  reading.problems.push(
    ...merged.failures.map(each => problemOf(each, place)),
    ...conflicts(workflow, ofPhases, `${service.name}@${sources.infrastructure.name}`),
  )
  return merged.values
}

interface PhaseValues {
  readonly at: TreePath
  readonly values: WrittenValues
}

/** A release is one set of manifests: phases that share it cannot give a variable two values. */
function conflicts(workflow: Source, phases: readonly PhaseValues[], release: string): readonly Problem[] {
  return phases.flatMap(({ at, values: own }, i) =>
    Object.entries(own).flatMap(([variable, value]) => {
      const differs = phases.slice(0, i).some(each => JSON.stringify(each.values[variable]) !== JSON.stringify(value))
      const path = [...at, 'variables', variable]
      return differs
        ? [problemOf(failures.PHASE_VARIABLES_DIFFER({ where: sayWhere(workflow, path), release, variable }), workflow.place(path))]
        : []
    }),
  )
}
