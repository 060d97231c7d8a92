// Values files: what the templates of manifests call .Values. Every text in them may hold `${…}`; their keys and the manifests never do.
import { problemOf, type Json, type Problem } from '#base/index.ts'
import { readDocuments } from '#model/documents/index.ts'
import type { Scope, Values } from '#model/expressions/index.ts'
import type { Application, ApplicationFile } from '../documents/application.ts'
import { evaluatePart } from '../documents/evaluate.ts'
import { placed, type Placed } from '../documents/source.ts'
import { workflow } from '../failures.ts'
import { declaredVariables } from '../names/document-scope.ts'
import { planScope } from '../names/scope.ts'
import { absentParts } from '../resolve/artifact.ts'
import { variableScope } from '../resolve/names.ts'
import type { ResolvedRelease } from '../resolved.ts'
import { isMapping, sayValue } from '../written/leaf.ts'
import type { WrittenValues } from '../written/variables.ts'

/** What is wrong with a values file before any run: its YAML, and the names and types in every `${…}`. */
export async function checkValuesFile(file: ApplicationFile, application: Application): Promise<readonly Problem[]> {
  const scope = planScope('everything', { variables: declaredVariables(application.documents) })
  return (await readValues(file, scope)).problems
}

/** The values that a file gives in a release; there only where nothing is wrong. */
export async function evaluateValuesFile(
  file: ApplicationFile,
  release: ResolvedRelease,
): Promise<{ readonly values?: Readonly<Record<string, Json>>; readonly problems: readonly Problem[] }> {
  const variables = variableScope(release.names['variables'] as WrittenValues)
  const scope = planScope('everything', { variables, absent: absentParts(release.artifact) })
  const { tree, problems } = await readValues(file, scope, release.names as Values)
  return problems.some(each => each.severity === 'error') ? { problems } : { values: tree as Readonly<Record<string, Json>>, problems }
}

async function readValues(
  file: ApplicationFile,
  scope: Scope,
  values?: Values,
): Promise<{ readonly tree: unknown; readonly problems: readonly Problem[] }> {
  const { documents, problems } = readDocuments(file.text, file.path)
  const [first, second] = documents
  if (problems.some(each => each.severity === 'error')) return { tree: {}, problems }
  // An empty file, or one of comments only, gives no values.
  if (!first) return { tree: {}, problems }
  const source: Placed = placed(first, file.text)
  if (second || !isMapping(first.value)) {
    const is = second ? 'several documents' : sayValue(first.value)
    return { tree: {}, problems: [...problems, problemOf(workflow.VALUES_FORM({ file: file.path, is }), (second ?? first).place([]))] }
  }
  const evaluated = await evaluatePart(source, [], () => scope, values)
  return { tree: evaluated.tree, problems: [...problems, ...evaluated.problems] }
}
