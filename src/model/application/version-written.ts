import { problemOf } from '#base/index.ts'
import { withImage } from '#model/manifests/index.ts'
import { templateOf, versionName } from '#model/release/index.ts'
import { application as failures } from './failures.ts'
import type { PreparedRelease, ReleaseProblems } from './prepared-release.ts'

/** Where a run brings neither tag nor digest, its version is what the manifests name; that is told where the service leaves it to the run. */
export function withVersionWritten(given: ReleaseProblems): ReleaseProblems {
  const { prepared, problems } = given
  const { release } = prepared
  const { artifact, service } = release
  const version = (artifact.tag ?? artifact.digest) ? undefined : versionIn(prepared)
  if (version === undefined) return given
  const { repository } = artifact
  const told = repository === undefined ? [] : [problemOf(failures.VERSION_WRITTEN({ service, repository, version }), undefined, 'warning')]
  return { prepared: { ...prepared, release: { ...release, artifact: { ...artifact, version } } }, problems: [...problems, ...told] }
}

/** Of the first Deployment that has the service's image; of the first one where the service names none. */
function versionIn({ release: { artifact }, manifests }: PreparedRelease): string | undefined {
  const { repository } = artifact
  const workload = manifests.objects.find(
    object => object.kind === 'Deployment' && (repository === undefined || withImage(object, { repository }).found > 0),
  )
  return workload ? versionName(templateOf(workload)) : undefined
}
