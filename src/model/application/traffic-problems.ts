import { Failure, objectName, problemOf, type Problem } from '#base/index.ts'
import type { RenderedObject } from '#model/manifests/index.ts'
import { whichIsWhich, type Release } from '#model/release/index.ts'
import { pathParts, validateIstio } from '#model/traffic/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import { application } from './failures.ts'
import type { PreparedRelease } from './prepare.ts'
import { releaseTerms, stepsOf } from './terms.ts'

/** What istiod would refuse or warn about, and objects among which the release's own cannot be told. */
export function trafficProblems(workflow: ResolvedWorkflow | undefined, prepared: PreparedRelease): readonly Problem[] {
  return [...prepared.rendered.flatMap(istioProblems), ...(workflow ? whichProblems(workflow, prepared) : [])]
}

function istioProblems(rendered: RenderedObject): readonly Problem[] {
  if (!rendered.object.apiVersion.startsWith('networking.istio.io/')) return []
  const { errors, warnings } = validateIstio(rendered.object)
  const object = objectName(rendered.object)
  return [
    ...errors.map(({ path, message }) =>
      problemOf(application.ISTIO_INVALID({ object, path, words: message }), rendered.place([...pathParts(path)])),
    ),
    ...warnings.map(({ path, message }) =>
      problemOf(application.ISTIO_WARNING({ object, path, words: message }), rendered.place([...pathParts(path)]), 'warning'),
    ),
  ]
}

/** In a workflow that moves traffic it must be clear which object is which. */
function whichProblems(workflow: ResolvedWorkflow, { release, manifests, rendered }: PreparedRelease): readonly Problem[] {
  const moves = stepsOf(workflow, release.id).some(step => step.type === 'canaryDeployment' || step.type === 'trafficSplit')
  if (!moves) return []
  try {
    const terms: Release = releaseTerms('lint', workflow, release, 'lint')
    if (terms.virtualService === undefined) whichIsWhich(terms, manifests)
    return []
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'SL-RELEASE-NO-SERVICE') return []
    const about = rendered.find(each => error.message.startsWith(objectName(each.object)))
    return [problemOf(error, about?.source)]
  }
}
