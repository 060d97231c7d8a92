import type { Problem } from '#base/index.ts'
import type { ManifestSource, RenderedObject } from '#model/manifests/index.ts'
import type { Manifests } from '#model/release/index.ts'
import type { ResolvedRelease } from '#model/workflow/index.ts'

/** A release of a run with its manifests as the cluster would get them. */
export interface PreparedRelease {
  readonly release: ResolvedRelease
  readonly manifests: Manifests
  readonly rendered: readonly RenderedObject[]
}

export interface ReleaseProblems {
  readonly prepared: PreparedRelease
  readonly problems: readonly Problem[]
  /** Its values cannot be read, so nothing of it is rendered. */
  readonly isUnread?: true
}

/** The image of the run, as the renderer takes it; nothing where the service names none. */
export function imageOf({ artifact: { repository, tag, digest } }: ResolvedRelease): Pick<ManifestSource, 'image'> {
  if (repository === undefined) return {}
  return { image: { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) } }
}
