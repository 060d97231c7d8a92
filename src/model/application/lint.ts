import type { Problem } from '#base/index.ts'
import {
  isOnlyOfThisRun,
  lintApplication,
  namesOf,
  resolveReleases,
  resolveWorkflow,
  type Application,
  type LintSetting,
} from '#model/workflow/index.ts'
import { applyFiles } from './apply-files.ts'
import type { SourceFile } from './files.ts'
import { prepareRelease, readApplication } from './prepare.ts'
import { trafficProblems } from './traffic-problems.ts'

/** A tag for rendering where a person gave none: lint looks at what does not depend on it. */
const anyRun = { tag: 'any' }

/**
 * Everything that is wrong with an application, and what is allowed but hardly meant; in the order of files and lines. A document with an
 * error hides nothing of the others, and what only follows from it is not told.
 */
export async function lintFolder(files: readonly SourceFile[], setting: LintSetting = {}): Promise<readonly Problem[]> {
  const { application, unsound, problems } = await readApplication(files)
  const sound = { ...application, documents: application.documents.filter(each => !unsound.has(each)) }
  const workflows = namesOf(application, 'Workflow').map(name => workflowProblems(application, sound, name, files))
  return once([...problems, ...(await lintApplication(sound, setting)), ...(await Promise.all(workflows)).flat()])
}

/** What shows when a workflow is resolved and the manifests of its releases are rendered. */
async function workflowProblems(
  application: Application,
  sound: Application,
  name: string,
  files: readonly SourceFile[],
): Promise<readonly Problem[]> {
  const resolution = await resolveWorkflow(sound, name, anyRun)
  const { workflow } = resolution
  const releases = workflow ? workflow.releases : await resolveReleases(application, name, anyRun)
  const prepared = await Promise.all(releases.map(release => prepareRelease(release, files)))
  const rendered = prepared.filter(({ isUnread }) => !isUnread)
  const beside = workflow ? await Promise.all(rendered.map(each => applyFiles(application, workflow, each.prepared, files))) : []
  return [
    ...(resolution.problems.some(isEcho) ? [] : resolution.problems.filter(problem => !isOnlyOfThisRun(problem))),
    ...prepared.flatMap(each => each.problems),
    ...rendered.flatMap(each => trafficProblems(application, workflow, each)),
    ...beside.flatMap(each => each.problems),
  ]
}

/** A document that is not among the sound ones has been told. */
function isEcho({ code }: Problem): boolean {
  return code === 'SL-WORKFLOW-UNKNOWN-REFERENCE' || code === 'SL-WORKFLOW-NO-WORKFLOW'
}

/** Two workflows may share documents and manifests: what is wrong with these is told once. */
function once(problems: readonly Problem[]): readonly Problem[] {
  const unique = [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
  return unique.toSorted(byPlace)
}

function byPlace(a: Problem, b: Problem): number {
  const key = ({ place }: Problem): string =>
    place ? `${place.file}:${String(place.line).padStart(8, '0')}:${String(place.column).padStart(8, '0')}` : ''
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}
