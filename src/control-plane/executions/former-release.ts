import type { ContentStore, ExecutionRow } from '#control-plane/engine/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import type { StartExecution, StartRollback } from '#protocol/http/index.ts'
import { ExecutionInput, readDefinition, type Definition } from './definition.ts'
import { executions } from './failures.ts'
import { programName } from './program.ts'
import { releasesMeant } from './releases-meant.ts'

/** What the search for a former release reads. */
export interface ReleaseHistory {
  readonly content: ContentStore
  /** Newest first. */
  list(): Promise<readonly ExecutionRow[]>
  /** The version that an execution found when it looked first. */
  found(execution: string, release: string): Promise<string | undefined>
}

/** The release before the one that runs now, as a start: its own pinned steps, bound to its own rendered manifests. */
export interface FormerRelease {
  readonly start: StartExecution
  readonly from: string
  readonly to: string
}

export interface FinishedRun {
  readonly id: string
  readonly definition: Definition
}

/**
 * Finds what ran before: the newest finished run whose manifests are not those of the present one. Runs that went back have changed nothing.
 * Where the texts are not there any more it says so, and names the version to run.
 */
export async function formerRelease(
  history: ReleaseHistory,
  finished: readonly FinishedRun[],
  wanted: StartRollback,
): Promise<FormerRelease> {
  const [present, ...earlier] = finished.filter(({ definition }) => releasesOf(definition, wanted).length > 0)
  const { service, infrastructure } = wanted
  if (!present)
    throw executions.NO_RELEASE({ service, infrastructure: infrastructure ?? '', near: nearMisses(service, servicesOf(finished)) })
  const releases = releasesOf(present.definition, wanted)
  const former = earlier.find(({ definition }) => isFormer(definition, present.definition, releases))
  const from = versionOf(present.definition, releases)
  if (!former) {
    const before = releases[0] && (await history.found(present.id, releases[0]))
    throw executions.NO_FORMER({ service, from, before: before ?? '' })
  }
  const to = versionOf(former.definition, releases)
  return { from, to, start: await startOf(history.content, former.definition, releases, wanted, to) }
}

/** Newest first. Runs that went back are none of them. */
export async function finishedRuns({ list, content }: ReleaseHistory): Promise<readonly FinishedRun[]> {
  const rows = (await list()).filter(row => row.program === programName && row.status === 'succeeded')
  return Promise.all(
    rows.map(async row => ({ id: row.id, definition: await readDefinition(content, ExecutionInput.parse(row.input).definition) })),
  )
}

function servicesOf(runs: readonly FinishedRun[]): readonly string[] {
  return [...new Set(runs.flatMap(({ definition }) => definition.workflow.releases.map(({ service }) => service)))]
}

/** Ids of the releases that are meant. */
function releasesOf({ workflow }: Definition, wanted: StartRollback): readonly string[] {
  return releasesMeant(workflow, wanted).map(({ id }) => id)
}

function isFormer(definition: Definition, present: Definition, releases: readonly string[]): boolean {
  const has = releases.every(id => definition.manifests[id] !== undefined)
  return has && releases.some(id => definition.manifests[id] !== present.manifests[id])
}

function versionOf({ workflow }: Definition, [first]: readonly string[]): string {
  return workflow.releases.find(({ id }) => id === first)?.artifact.version ?? ''
}

async function startOf(
  content: ContentStore,
  { workflow, manifests }: Definition,
  releases: readonly string[],
  { service, key, who, supersede }: StartRollback,
  version: string,
): Promise<StartExecution> {
  const hashes = Object.fromEntries(releases.map(id => [id, manifests[id] ?? '']))
  const texts = await Promise.all(Object.values(hashes).map(async hash => [hash, await content.get(hash)] as const))
  if (texts.some(([, text]) => text === undefined)) throw executions.NOT_KEPT({ service, version })
  return {
    key,
    who,
    workflow: onlyFor(workflow, releases),
    manifests: hashes,
    contents: Object.fromEntries(texts.map(([hash, text]) => [hash, text ?? ''])),
    ...(supersede === undefined ? {} : { supersede }),
  }
}

/** The steps of these releases alone. */
function onlyFor(workflow: ResolvedWorkflow, releases: readonly string[]): ResolvedWorkflow {
  return {
    ...workflow,
    releases: workflow.releases.filter(({ id }) => releases.includes(id)),
    phases: workflow.phases.filter(({ release }) => releases.includes(release)),
  }
}
