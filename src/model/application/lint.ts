import type { Problem } from '#base/index.ts'
import { isOnlyOfThisRun, lintApplication, namesOf, type Application } from '#model/workflow/index.ts'
import type { SourceFile } from './files.ts'
import { prepareRun, readApplication } from './prepare.ts'
import { trafficProblems } from './traffic-problems.ts'

/** A tag for rendering where a person gave none: lint looks at what does not depend on it. */
const ANY_TAG = 'any'

/** Everything that is wrong with an application, and what is allowed but hardly meant; in the order of files and lines. */
export async function lintFolder(files: readonly SourceFile[]): Promise<readonly Problem[]> {
  const { application, problems } = await readApplication(files)
  if (problems.some(problem => problem.severity === 'error')) return problems
  const prepared = await Promise.all(namesOf(application, 'Workflow').map(name => prepareRun(files, name, { tag: ANY_TAG })))
  const rendered = prepared.flatMap(each => [
    ...each.problems.filter(problem => !isOnlyOfThisRun(problem)),
    ...each.releases.flatMap(release => trafficProblems(each.workflow, release)),
  ])
  return once([...problems, ...(await lintApplication(application as Application)), ...rendered])
}

/** Two workflows may share documents and manifests: what is wrong with these is told once. */
function once(problems: readonly Problem[]): readonly Problem[] {
  const unique = [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
  return unique.toSorted(byPlace)
}

function byPlace(a: Problem, b: Problem): number {
  const key = ({ place }: Problem): string => (place ? `${place.file}:${String(place.line).padStart(8, '0')}` : '')
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}
