import { problemOf, type Json, type Problem } from '#base/index.ts'
import { layerValues } from '#model/manifests/index.ts'
import { evaluateValuesFile, type ResolvedRelease } from '#model/workflow/index.ts'
import { application } from './failures.ts'
import { selectFiles, type SourceFile } from './files.ts'

/**
 * The values of a release: its files layer upon layer, with every `${…}` in them evaluated; all problems with their place. No values where a file
 * is not there or cannot be read: whatever is rendered with the rest would be wrong in places that nobody has written.
 */
export async function valuesOf(
  release: ResolvedRelease,
  files: readonly SourceFile[],
): Promise<{ readonly values?: Json; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const layers: (Json | undefined)[] = []
  for (const name of release.values) {
    const [file] = selectFiles(files, [name])
    if (!file) {
      problems.push(problemOf(application.NO_VALUES({ service: release.service, file: name })))
      layers.push(undefined)
      continue
    }
    const layer = await evaluateValuesFile(file, release)
    problems.push(...layer.problems)
    layers.push(layer.values)
  }
  const read = layers.filter(layer => layer !== undefined)
  return read.length === layers.length ? { values: layerValues(read), problems } : { problems }
}
