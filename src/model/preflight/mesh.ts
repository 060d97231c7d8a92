import { objectName, type KubernetesObject } from '#base/index.ts'
import { appliedBy } from '#model/traffic/index.ts'
import type { Facts, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { grouped } from './grouped.ts'
import { roleRule } from './role-rule.ts'
import { counted, listed } from './text.ts'

/** How the pods take part in the mesh. */
export type MeshMode = 'sidecar' | 'ambient' | 'none'

interface PodSpec {
  readonly containers?: readonly { readonly name: string }[]
  readonly initContainers?: readonly { readonly name: string }[]
}

/** Sidecars are containers, in newer Istio init containers that go on running. */
export function meshModeOf(pod: KubernetesObject): MeshMode {
  const { containers = [], initContainers = [] } = (pod.spec ?? {}) as PodSpec
  if ([...containers, ...initContainers].some(({ name }) => name === 'istio-proxy')) return 'sidecar'
  return pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled' ? 'ambient' : 'none'
}

/** The namespace's or Service's own label says who is its waypoint; `none` says that there is none. */
export function hasWaypoint({ subject, around }: Facts): boolean {
  const label = 'istio.io/use-waypoint'
  const waypoint = subject.service.metadata.labels?.[label] ?? around.home.items[0]?.metadata.labels?.[label]
  return waypoint !== undefined && waypoint !== 'none'
}

/** Which mesh the pods are in, and how it will be known that a change has come everywhere. */
export function meshFindings(facts: Facts): readonly PreflightFinding[] {
  return [ok('mesh', modeText(facts)), ...waypointFindings(facts), arrivalFinding(facts), ...untoldFindings(facts)]
}

const words: Readonly<Record<MeshMode, string>> = {
  sidecar: 'have a sidecar',
  ambient: 'are in the ambient mesh',
  none: 'are outside the mesh: only the gateways split their traffic',
}

function modeText({ subject: { pods, service } }: Facts): string {
  if (pods.length === 0) return `${objectName(service)}: no pods yet`
  const parts = grouped(pods, meshModeOf).map(some => `${some.length} of ${counted(pods.length, 'pod')} ${words[meshModeOf(some[0])]}`)
  return `${objectName(service)}: ${parts.join(', ')}`
}

function waypointFindings(facts: Facts): readonly PreflightFinding[] {
  const { pods, service } = facts.subject
  if (!pods.some(pod => meshModeOf(pod) === 'ambient') || hasWaypoint(facts)) return []
  return [objection('mesh', 'warn', failures.NO_WAYPOINT({ service: objectName(service) }))]
}

/** Where istiod could be asked but for rights, the rule to add is told. */
function arrivalFinding({ subject, around: { settle, missingForIstiod } }: Facts): PreflightFinding {
  // Of what others apply istiod tells nothing, whatever we may ask it.
  const tells = subject.routes.every(route => appliedBy(route).is === 'istio')
  if (settle.how === 'acknowledged') return ok('mesh', `arrival is known by acknowledgement: ${settle.why}`)
  if (subject.settle === 'seconds' || !tells) return ok('mesh', `arrival is known by waiting: ${settle.why}`)
  const failure = failures.ARRIVAL_BY_WAITING({ why: settle.why })
  const rules = grouped(missingForIstiod, ({ resource, need }) => `${resource} ${need.namespace ?? ''}`).map(roleRule)
  return rules.length === 0 ? objection('mesh', 'warn', failure) : objection('mesh', 'warn', failure, rules.join(' '))
}

/** Ingresses and Services are followed by no proxy that istiod knows. */
function isOfMesh({ routes }: Subject): boolean {
  return routes.some(({ kind }) => ['VirtualService', 'HTTPRoute', 'GRPCRoute'].includes(kind))
}

/** What only istiod knows, and does not tell. */
function untoldFindings({ subject, around: { rejections, endpointClusters, settle } }: Facts): readonly PreflightFinding[] {
  if (!isOfMesh(subject)) return []
  const unknown = [
    ...(rejections ? [] : ['whether a proxy refuses its configuration already']),
    ...(endpointClusters ? [] : ['whether the Service has endpoints in other clusters']),
  ]
  if (unknown.length === 0) return []
  const means = `${listed(unknown)} is unknown`
  return [objection('mesh', 'unknown', failures.UNSEEN({ what: 'What istiod alone knows', why: settle.why, means }))]
}
