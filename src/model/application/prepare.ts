import { canonicalJson, problemOf, type Problem } from '#base/index.ts'
import { applyOrder, renderManifests, versionNames, type VersionedManifests } from '#model/manifests/index.ts'
import type { Manifests } from '#model/release/index.ts'
import {
  isApplicationFile,
  parseApplication,
  resolveWorkflow,
  type ParsedApplication,
  type ResolveChoice,
  type ResolvedRelease,
  type ResolvedWorkflow,
} from '#model/workflow/index.ts'
import { applyFiles, type AppliedFiles } from './apply-files.ts'
import { application as failures } from './failures.ts'
import { selectFiles, type SourceFile } from './files.ts'
import { imageOf, type PreparedRelease, type ReleaseProblems } from './prepared-release.ts'
import { valuesOf } from './values.ts'
import { withVersionWritten } from './version-written.ts'

export type { PreparedRelease } from './prepared-release.ts'

/** All that a run is bound to. `workflow` is there only where nothing is wrong with the documents. */
export interface PreparedRun {
  readonly workflow?: ResolvedWorkflow
  readonly releases: readonly PreparedRelease[]
  /** What apply steps apply. */
  readonly applied: readonly AppliedFiles[]
  readonly problems: readonly Problem[]
}

/** Reads the documents among the files of an application's folder; everything that is wrong is told at once. */
export function readApplication(files: readonly SourceFile[]): Promise<ParsedApplication> {
  return parseApplication(files.filter(file => isApplicationFile(file.text)))
}

/** Resolves a workflow and renders the manifests of every release that it makes. Pure: the files' texts come in. */
export async function prepareRun(files: readonly SourceFile[], workflowName: string, choice: ResolveChoice = {}): Promise<PreparedRun> {
  const { application, problems } = await readApplication(files)
  const errors = problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) return { releases: [], applied: [], problems }
  const resolution = await resolveWorkflow(application, workflowName, choice)
  const resolved = resolution.workflow
  if (!resolved) return { releases: [], applied: [], problems: [...problems, ...resolution.problems] }
  const releases = (await Promise.all(resolved.releases.map(release => prepareRelease(release, files)))).map(withVersionWritten)
  const workflow = { ...resolved, releases: releases.map(each => each.prepared.release) }
  const beside = await Promise.all(releases.map(({ prepared }) => applyFiles(application, workflow, prepared, files)))
  const found = [...problems, ...resolution.problems, ...[...releases, ...beside].flatMap(each => each.problems)]
  return { workflow, releases: releases.map(each => each.prepared), applied: beside.flatMap(each => each.applied), problems: found }
}

/** Renders the manifests of one release. */
export async function prepareRelease(release: ResolvedRelease, files: readonly SourceFile[]): Promise<ReleaseProblems> {
  const { values, problems } = await valuesOf(release, files)
  const templates = selectFiles(files, release.manifests)
  const missing =
    templates.length > 0 ? [] : [problemOf(failures.NO_MANIFESTS({ service: release.service, patterns: release.manifests.join(', ') }))]
  if (values === undefined)
    return {
      prepared: { release, manifests: { objects: [], versioned: [] }, rendered: [] },
      problems: [...problems, ...missing],
      isUnread: true,
    }
  const rendered = renderManifests({ templates, values, namespace: release.namespace, ...imageOf(release) })
  const versioned = versionNames(rendered.objects)
  const manifests = orderedManifests(versioned)
  return {
    prepared: { release, manifests, rendered: rendered.objects },
    problems: [...problems, ...missing, ...rendered.problems, ...versioned.problems],
  }
}

/** The manifests of a release as a text that is the same for everything that means the same: what is pinned, and hashed. */
export function pinnedText({ manifests }: PreparedRelease): string {
  return canonicalJson(manifests)
}

/** In the order in which they are applied. */
function orderedManifests({ objects, versioned }: VersionedManifests): Manifests {
  const own = objects.map(each => each.object)
  const ordered = applyOrder(own)
  const suffixed = new Set(versioned.map(index => own[index]))
  return {
    objects: ordered as unknown as Manifests['objects'],
    versioned: ordered.flatMap((object, index) => (suffixed.has(object) ? [index] : [])),
  }
}
