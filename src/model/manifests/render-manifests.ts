import { problemOf, type Json, type Problem } from '#base/index.ts'
import { manifests } from './failures.ts'
import { withImage, type Image } from './image.ts'
import { readManifests } from './read-manifests.ts'
import { renderTemplates, type Template } from './render-templates.ts'
import type { RenderedObject } from './rendered-object.ts'

/** What a service's manifests are rendered from. */
export interface ManifestSource {
  /** Go templates with Helm's functions. Charts and kustomizations, once they come, are rendered elsewhere and enter at `readManifests`. */
  readonly templates: readonly Template[]
  /** The layered values (`layerValues`). */
  readonly values: Json
  /** Overrides as `helm --set` reads them; kept as text, because JSON does not know whole numbers from others, and templates do. */
  readonly overrides?: readonly string[]
  /** The infrastructure's namespace. */
  readonly namespace: string
  readonly image?: Image
  /** Paths of the only files whose objects are wanted, whatever a directive in them says; the others give helpers. */
  readonly only?: readonly string[]
}

export interface RenderedManifests {
  /** In the order of the files and their documents. */
  readonly objects: readonly RenderedObject[]
  /** Paths of files that a directive in their first line leaves out. */
  readonly skipped: readonly string[]
  readonly problems: readonly Problem[]
}

/** The objects that a cluster gets, before names of ConfigMaps and Secrets are versioned; all problems at once. */
export function renderManifests(source: ManifestSource): RenderedManifests {
  const rendered = renderTemplates(source.templates, source.values, source.overrides, source.only)
  const read = readManifests(rendered.files, source.namespace)
  const problems = [...rendered.problems, ...read.problems]
  const { image } = source
  if (!image) return { objects: read.objects, skipped: rendered.skipped, problems }
  const replaced = read.objects.map(each => ({ each, ...withImage(each.object, image) }))
  const used = replaced.some(({ found }) => found > 0)
  // With other problems the container that is missed may be in a file that could not be read.
  const unused =
    used || source.only || problems.some(each => each.severity === 'error')
      ? []
      : [problemOf(manifests.IMAGE_UNUSED(image), undefined, 'warning')]
  return {
    objects: replaced.map(({ each, value }) => ({ ...each, object: value })),
    skipped: rendered.skipped,
    problems: [...problems, ...unused],
  }
}
