import { problemOf, type Json, type Problem } from '#base/index.ts'
import { layerValues } from '#model/manifests/index.ts'
import { evaluateValuesFile, type ResolvedRelease } from '#model/workflow/index.ts'
import { application } from './failures.ts'
import { selectFiles, type SourceFile } from './files.ts'

/** The values of a release: its files layer upon layer, with every `${…}` in them evaluated; all problems with their place. */
export async function valuesOf(
  release: ResolvedRelease,
  files: readonly SourceFile[],
): Promise<{ readonly values: Json; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const layers: Json[] = []
  for (const name of release.values) {
    const [file] = selectFiles(files, [name])
    if (!file) {
      problems.push(problemOf(application.NO_VALUES({ service: release.service, file: name })))
      continue
    }
    const layer = await evaluateValuesFile(file, release)
    problems.push(...layer.problems)
    layers.push(layer.values ?? {})
  }
  return { values: layerValues(layers), problems }
}
