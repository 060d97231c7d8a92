import { problemOf, type Json, type Problem } from '#base/index.ts'
import { readDocuments } from '#model/documents/index.ts'
import { evaluateTree } from '#model/expressions/index.ts'
import { layerValues } from '#model/manifests/index.ts'
import type { ResolvedRelease } from '#model/workflow/index.ts'
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
    if (!file) problems.push(problemOf(application.NO_VALUES({ service: release.service, file: name })))
    else layers.push(await layer(file, release, problems))
  }
  return { values: layerValues(layers), problems }
}

async function layer(file: SourceFile, release: ResolvedRelease, problems: Problem[]): Promise<Json> {
  const { documents, problems: unreadable } = readDocuments(file.text, file.path)
  problems.push(...unreadable)
  const [document] = documents
  if (!document) return {}
  const evaluated = await evaluateTree(document.value, release.names as Parameters<typeof evaluateTree>[1])
  problems.push(...evaluated.problems.map(({ failure, path }) => problemOf(failure, document.place(path))))
  return evaluated.value
}
