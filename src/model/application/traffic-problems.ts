import { Failure, objectName, problemOf, type KubernetesObject, type Place, type Problem } from '#base/index.ts'
import { apartProblemOf, whichIsWhich, type Release } from '#model/release/index.ts'
import {
  analyzeDestinations,
  analyzeIstio,
  istioCodes,
  pathParts,
  routeFailure,
  routeRemarks,
  type AnalyzedConfig,
  type AnalyzerMessage,
  type VirtualService,
} from '#model/traffic/index.ts'
import { stepPlace, TrafficSplit, type Application, type ResolvedStep, type ResolvedWorkflow } from '#model/workflow/index.ts'
import { objectOf, placeOfFailure } from './failure-place.ts'
import { application as failures } from './failures.ts'
import type { PreparedRelease, ReleaseProblems } from './prepared-release.ts'
import { sessionProblems } from './session-problems.ts'
import { literalRow, releaseTerms, splitsTraffic, stepGoals, stepsOf } from './terms.ts'

/**
 * What istiod would refuse, what its analyzers and we say of routes, destinations of the steps that lead nowhere, and objects among which
 * the release's own cannot be told. Where manifests could not be read, nothing is called missing. `workflow` is left out where it has errors.
 */
export function trafficProblems(
  application: Application,
  workflow: ResolvedWorkflow | undefined,
  { prepared, problems }: ReleaseProblems,
): readonly Problem[] {
  const isWhole = !problems.some(problem => problem.severity === 'error')
  const config: AnalyzedConfig = { objects: prepared.rendered.map(({ object }) => object) }
  const found = analyzeIstio(config)
  const refused = new Set(found.filter(({ code }) => code === 'IST0106').map(({ object }) => object))
  return [
    ...found.flatMap(message => messageProblem(message, prepared, isWhole)),
    ...config.objects.filter(object => !refused.has(object)).flatMap(object => remarkProblems(object, prepared)),
    ...(workflow && isWhole
      ? [...stepProblems(application, workflow, prepared, config), ...whichProblems(application, workflow, prepared, refused)]
      : []),
  ]
}

function messageProblem({ object, path, ...message }: AnalyzerMessage, prepared: PreparedRelease, isWhole: boolean): readonly Problem[] {
  return judged(message, { about: `${objectName(object)}: ${path}`, place: placeOf(object, path, prepared) }, prepared, isWhole)
}

/**
 * The manifests are a part of the cluster: what is missing in their own namespace is worth a warning, what is missing elsewhere says nothing.
 */
function judged(
  { code, words, missing }: Pick<AnalyzerMessage, 'code' | 'words' | 'missing'>,
  { about, place }: { readonly about: string; readonly place: Place | undefined },
  { release }: PreparedRelease,
  isWhole: boolean,
): readonly Problem[] {
  const facts = { about, words, code }
  if (missing) {
    if (!isWhole || missing.namespace !== release.namespace) return []
    return [problemOf(failures.NOT_IN_MANIFESTS(facts), place, 'warning')]
  }
  if (code === 'IST0106') return [problemOf(failures.ISTIO_INVALID(facts), place)]
  if (istioCodes[code].level === 'Error') return [problemOf(failures.ISTIO_BROKEN(facts), place)]
  return [problemOf(failures.ISTIO_WARNING(facts), place, 'warning')]
}

function placeOf(object: KubernetesObject, path: string, { rendered }: PreparedRelease): Place | undefined {
  return rendered.find(each => each.object === object)?.place([...pathParts(path)])
}

function remarkProblems(object: KubernetesObject, prepared: PreparedRelease): readonly Problem[] {
  if (object.kind !== 'VirtualService' || !object.apiVersion.startsWith('networking.istio.io/')) return []
  return routeRemarks(object as VirtualService).map(({ path, message }) =>
    problemOf(
      failures.ROUTE_REMARK({ about: `${objectName(object)}: ${path}`, words: message }),
      placeOf(object, path, prepared),
      'warning',
    ),
  )
}

/** Destinations that the steps of a release will write into its route. */
function stepProblems(
  application: Application,
  workflow: ResolvedWorkflow,
  prepared: PreparedRelease,
  config: AnalyzedConfig,
): readonly Problem[] {
  const { id, namespace } = prepared.release
  return stepsOf(workflow, id).flatMap(step =>
    literalsOf(step).flatMap(({ row, index }) =>
      analyzeDestinations(config, [row], namespace).flatMap(message => {
        const place = stepPlace(application, workflow.name, step.path, ['destinations', index, 'destination'])
        return judged(message, { about: `${step.name} (${step.path})`, place }, prepared, true)
      }),
    ),
  )
}

function literalsOf({ type, input }: ResolvedStep) {
  const { rows } = type === 'trafficSplit' ? TrafficSplit.parse(input) : { rows: [] }
  return rows.flatMap(({ to }, index) => (typeof to === 'string' || 'later' in to ? [] : [{ row: literalRow(to), index }]))
}

/** In a workflow that moves traffic it must be clear which object is which; of one that istiod refuses that is told already. */
function whichProblems(
  application: Application,
  workflow: ResolvedWorkflow,
  prepared: PreparedRelease,
  refused: ReadonlySet<KubernetesObject>,
): readonly Problem[] {
  const { release, manifests, rendered } = prepared
  const moves = stepsOf(workflow, release.id).some(step => step.type === 'canaryDeployment' || splitsTraffic(step))
  if (!moves) return []
  const problem = (failure: Failure): Problem => problemOf(failure, placeOfFailure(failure, prepared, application))
  try {
    const terms: Release = releaseTerms('lint', workflow, release, 'lint')
    if (terms.virtualService !== undefined) return []
    const which = whichIsWhich(terms, manifests)
    const goals = stepGoals(workflow, release.id).flatMap(step => step.goals)
    const apart = apartProblemOf(which, goals, terms)
    return apart ? [problem(routeFailure(apart.route, apart.problem))] : sessionProblems(which, goals, terms, prepared)
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'SL-RELEASE-NO-SERVICE') return []
    const about = objectOf(error, rendered)
    return about && refused.has(about.object) ? [] : [problem(error)]
  }
}
