// Values files: what the templates of manifests call .Values. Every text in them may hold `${…}`; their keys and the manifests never do.
import { problemOf, type Json, type Problem } from '#base/index.ts'
import { readDocuments } from '#model/documents/index.ts'
import type { Values } from '#model/expressions/index.ts'
import type { ApplicationFile } from '../documents/application.ts'
import { evaluatePart } from '../documents/evaluate.ts'
import { placed } from '../documents/source.ts'
import { workflow } from '../failures.ts'
import { planScope } from '../names/scope.ts'
import { absentParts } from '../resolve/artifact.ts'
import { variableScope } from '../resolve/names.ts'
import type { ResolvedRelease } from '../resolved.ts'
import { isMapping, sayValue } from '../written/leaf.ts'
import type { WrittenValues } from '../written/variables.ts'

export interface EvaluatedValues {
  /** There only where nothing is wrong. */
  readonly values?: Readonly<Record<string, Json>>
  readonly problems: readonly Problem[]
}

/** The values that a file gives in a release; problems have the place of the name within the text. */
export async function evaluateValuesFile(file: ApplicationFile, release: ResolvedRelease): Promise<EvaluatedValues> {
  const { documents, problems } = readDocuments(file.text, file.path)
  if (problems.some(isError)) return { problems }
  const [first, second] = documents
  // An empty file, or one of comments only, gives no values.
  if (!first) return { values: {}, problems }
  if (second || !isMapping(first.value)) {
    const is = second ? 'several documents' : sayValue(first.value)
    return { problems: [...problems, problemOf(workflow.VALUES_FORM({ file: file.path, is }), (second ?? first).place([]))] }
  }
  const variables = variableScope(release.names['variables'] as WrittenValues)
  const scope = planScope('everything', { variables, absent: absentParts(release.artifact) })
  const evaluated = await evaluatePart(placed(first, file.text), [], () => scope, release.names as Values)
  const all = [...problems, ...evaluated.problems]
  return all.some(isError) ? { problems: all } : { values: evaluated.tree as Readonly<Record<string, Json>>, problems: all }
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}
