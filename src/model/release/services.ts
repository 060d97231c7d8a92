import type { Json, KubernetesObject } from '#base/index.ts'
import { canaryName } from '#model/manifests/index.ts'
import { serviceSelector } from '#model/traffic/index.ts'
import type { SidesByService } from './snapshot.ts'
import type { Labels } from './workload.ts'

/** Kubernetes allows no longer value of a label. */
const longestValue = 63

interface ServiceSpec {
  readonly ports?: readonly { readonly nodePort?: number; readonly [field: string]: unknown }[]
}

/**
 * The sides where each is a Service. The canary's is the stage Service of the manifests, else one that the run makes: it has the stable one's ports, inside the cluster only; its pods keep every label but one of
 * the stable one's selector, so that it does not select them: one by which the workload selects too, where there is one. Undefined where
 * the Service selects nothing.
 */
export function sidesByService(
  service: KubernetesObject,
  stage: KubernetesObject | undefined,
  workloadSelector: Labels,
): SidesByService | undefined {
  const selector = serviceSelector(service)
  const keys = Object.keys(selector)
  const key = keys.find(each => workloadSelector[each] === selector[each]) ?? keys[0]
  if (key === undefined) return undefined
  const stable = selector[key] ?? ''
  const label = { key, stable, canary: canaryName(stable).slice(-longestValue) }
  const ports = (((service.spec ?? {}) as ServiceSpec).ports ?? []).map(withoutNodePort)
  const spec = { selector: { ...selector, [key]: label.canary }, ports }
  const canary = stage?.metadata.name ?? canaryName(service.metadata.name)
  return { canary, kept: stage !== undefined, spec: spec as unknown as Json as SidesByService['spec'], label }
}

/** A port of the node is the stable Service's alone. */
function withoutNodePort(port: NonNullable<ServiceSpec['ports']>[number]): object {
  const { nodePort: _node, ...rest } = port
  return rest
}

/** The host of the canary's Service, spelt as the stable one's is. */
export function canaryHost(host: string, { canary }: SidesByService): string {
  const dot = host.indexOf('.')
  return dot < 0 ? canary : `${canary}${host.slice(dot)}`
}

export function canaryService({ canary, spec }: SidesByService, namespace: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: canary, namespace }, spec: spec as Json }
}

/** A Service whose selector leads to the pods of a side. */
export function withSelector(object: KubernetesObject, side: 'stable' | 'canary', { label, spec }: SidesByService): KubernetesObject {
  const { selector } = spec as { readonly selector: Labels }
  return { ...object, spec: { ...(object.spec as object), selector: { ...selector, [label.key]: label[side] } } }
}
