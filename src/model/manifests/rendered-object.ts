import type { KubernetesObject, Place } from '#base/index.ts'
import type { YamlPath } from '#model/documents/index.ts'

/** An object of the manifests, and where it comes from. */
export interface RenderedObject {
  readonly object: KubernetesObject
  /** Where the object begins in the template that it comes from; in the rendered text where that is not known. */
  readonly source: Place
  /** The place of a field (or of its key), told like `source`; that of the nearest parent where the field is not there. */
  place(path: YamlPath, at?: 'key' | 'value'): Place
}
