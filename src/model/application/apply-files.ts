import { canonicalJson, objectName, problemOf, type KubernetesObject, type Problem } from '#base/index.ts'
import { applyOrder, renameInPods, renderManifests, versionNames, type RenderedObject } from '#model/manifests/index.ts'
import { objectKey } from '#model/release/index.ts'
import { Apply, stepPlace, type Application, type ResolvedStep, type ResolvedWorkflow } from '#model/workflow/index.ts'
import { application as failures } from './failures.ts'
import { selectFiles, type SourceFile } from './files.ts'
import { imageOf, type PreparedRelease } from './prepared-release.ts'
import { stepsOf } from './terms.ts'
import { valuesOf } from './values.ts'

/** What one apply step applies, rendered before the run and pinned like the manifests: `text` is a JSON list, in the order of applying. */
export interface AppliedFiles {
  /** Of the step. */
  readonly path: string
  readonly objects: readonly KubernetesObject[]
  readonly text: string
}

/** Renders the files of every apply step of a release, as its manifests are; those that a directive keeps out of the manifests too. */
export async function applyFiles(
  application: Application,
  workflow: ResolvedWorkflow,
  prepared: PreparedRelease,
  files: readonly SourceFile[],
): Promise<{ readonly applied: readonly AppliedFiles[]; readonly problems: readonly Problem[] }> {
  const steps = stepsOf(workflow, prepared.release.id).filter(({ type }) => type === 'apply')
  const made = await Promise.all(steps.map(step => filesOf(step, { application, workflow, prepared, files })))
  return { applied: made.flatMap(each => each.applied), problems: made.flatMap(each => each.problems) }
}

interface Making {
  readonly application: Application
  readonly workflow: ResolvedWorkflow
  readonly prepared: PreparedRelease
  readonly files: readonly SourceFile[]
}

async function filesOf(step: ResolvedStep, { application, workflow, prepared, files }: Making) {
  const { release } = prepared
  const patterns = Apply.parse(step.input).files
  const chosen = selectFiles(files, patterns)
  const place = stepPlace(application, workflow.name, step.path, ['files'])
  const missing = patterns.filter(pattern => selectFiles(files, [pattern]).length === 0)
  const absent = missing.map(pattern => problemOf(failures.NO_FILES({ step: step.name, pattern }), place))
  // Helpers of the manifests are there for these files as well.
  const templates = [...new Set([...selectFiles(files, release.manifests), ...chosen])]
  const { values } = await valuesOf(release, files)
  if (values === undefined) return { applied: [], problems: absent }
  const only = chosen.map(({ path }) => path)
  const rendered = renderManifests({ templates, values, namespace: release.namespace, only, ...imageOf(release) })
  const objects = applyOrder(rendered.objects.map(({ object }) => withVersionedNames(object, prepared)))
  return {
    applied: [{ path: step.path, objects, text: canonicalJson(objects) }],
    problems: [...absent, ...rendered.problems, ...rendered.objects.flatMap(each => objectProblems(each, step, prepared))],
  }
}

/** Pods of these files see the ConfigMaps and Secrets of the manifests by the names that these have in the cluster. */
function withVersionedNames(object: KubernetesObject, { rendered }: PreparedRelease): KubernetesObject {
  const { objects } = versionNames(rendered)
  return renameInPods(object, (kind, name) => {
    const at = rendered.findIndex(each => each.object.kind === kind && each.object.metadata.name === name)
    const named = objects[at]?.object.metadata.name
    return named === name ? undefined : named
  })
}

/** What belongs to the manifests is written by the release alone; what lives elsewhere is not this release's to write. */
function objectProblems({ object, source }: RenderedObject, { name }: ResolvedStep, prepared: PreparedRelease): readonly Problem[] {
  const twice = prepared.rendered.some(each => objectKey(each.object) === objectKey(object))
  const about = { step: name, object: objectName(object) }
  if (twice) return [problemOf(failures.APPLIED_TWICE(about), source)]
  const { namespace } = prepared.release
  return object.metadata.namespace === namespace ? [] : [problemOf(failures.APPLIED_ELSEWHERE({ ...about, namespace }), source)]
}
