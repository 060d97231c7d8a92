import type { Json, KubernetesObject } from '#base/index.ts'
import { step, workflowOf } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import { cartManifests } from './cart-world.ts'

// Workflows that move no traffic: Kubernetes rolls the pods, which are patient when they go.

const template = ({ spec }: KubernetesObject) =>
  (spec as { readonly template: { readonly spec: { readonly containers: readonly object[] } } }).template

/** Pods that wait until nobody sends them requests any more, and that say when they can answer. */
export function patient(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Deployment') return object
  const lifecycle = { preStop: { sleep: { seconds: 12 } } }
  const probe = { readinessProbe: { httpGet: { path: '/', port: 8080 } }, lifecycle }
  const { containers, ...rest } = template(object).spec
  const patientTemplate = { ...template(object), spec: { ...rest, containers: containers.map(each => ({ ...each, ...probe })) } }
  return { ...object, spec: { ...(object.spec as object), template: patientTemplate } as unknown as Json }
}

export const patientManifests = (version: string, change = patient) => cartManifests(version, 4).map(change)

/** A rollout of the version, and these steps behind it. */
export function rollingWorkflow(
  version: string,
  strategy: 'rolling' | 'basic' = 'rolling',
  ...more: readonly ResolvedStep[]
): ResolvedWorkflow {
  const steps = [step('rolloutDeployment', { traffic: 'auto' }, { name: 'Rollout Deployment' }), ...more]
  const whole = workflowOf({ name: 'Rolling', sections: { deploy: steps } })
  return { ...whole, strategy, releases: whole.releases.map(each => ({ ...each, name: 'cart', artifact: { version } })) }
}
