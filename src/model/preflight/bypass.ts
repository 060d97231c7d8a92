import { objectName, type KubernetesObject } from '#base/index.ts'
import { bypasses, sameHost, type Bypass, type GatewayRoute, type VirtualService } from '#model/traffic/index.ts'
import type { Facts, Sight, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { canaryLabels } from './labels.ts'
import { isMeshBound, managedEntries, otherHttpRoutes, otherVirtualServices } from './route.ts'
import { listed } from './text.ts'

/** What a caller gets that no managed entry leads: the Service balances over all its pods. */
const byShare = "the canary by its share of pods, whatever the route's weights say"

/** Every path to the pods past the managed routes that can be seen, and what could not be seen. */
export function bypassFindings(facts: Facts): readonly PreflightFinding[] {
  const { subject } = facts
  if (subject.first) return [ok('otherWays', 'a first deployment: one version serves, whichever way one comes')]
  const paths = [...(subject.isolated ? [] : pathsOfService(facts)), ...otherServices(facts)]
  const level = subject.bypass === 'refuse' ? 'refuse' : 'warn'
  const bypassed = failures.BYPASSED({ service: objectName(subject.service), by: listed(paths), get: byShare })
  const found = paths.length === 0 ? [] : [objection('otherWays', level, bypassed, bypassTodo(subject, paths))]
  const unseen = subject.isolated ? [] : unseenFindings(sightsOfRoutes(facts))
  if (found.length + unseen.length > 0) return [...found, ...unseen]
  return [
    ok(
      'otherWays',
      subject.isolated
        ? 'the canary has a Service of its own: who passes the route by gets stable alone'
        : 'none is seen past the managed route',
    ),
  ]
}

/** Ways in through the Service of both sides; where the canary has its own, they lead to stable alone. */
function pathsOfService(facts: Facts): readonly string[] {
  return [...routePaths(facts), ...httpRoutePaths(facts), ...nodePorts(facts.subject.service)]
}

function sightsOfRoutes({ around }: Facts): readonly (readonly [string, Sight])[] {
  return [
    ['VirtualServices of other namespaces', around.virtualServices],
    ['HTTPRoutes of other namespaces', around.httpRoutes],
  ]
}

function bypassTodo({ bypass, routes }: Subject, paths: readonly string[]): string {
  const mesh = paths.includes(meshCallers)
  const lead = mesh ? `Add the gateway mesh to ${listed(routes.map(objectName))}` : 'Lead them through the managed route'
  return bypass === 'refuse' ? `${lead}, or state bypass: accept in the Environment.` : `${lead}; or leave it, if this is accepted.`
}

function unseenFindings(sights: readonly (readonly [string, Sight])[]): readonly PreflightFinding[] {
  return sights.flatMap(([what, { unseen }]) => {
    if (unseen === undefined) return []
    const means = 'ways past the managed route are unknown'
    return [objection('otherWays', 'unknown', failures.UNSEEN({ what, why: unseen, means }))]
  })
}

const meshCallers = 'callers inside the mesh (the route is bound to gateways only)'

/** What one managed route leaves open, another may close: callers inside the mesh are led where any of them is bound to it. */
function routePaths(facts: Facts): readonly string[] {
  const { subject } = facts
  const routes = subject.routes.filter(route => route.kind === 'VirtualService') as readonly VirtualService[]
  const found = routes.flatMap((route, index) => {
    const managed = managedEntries(route, subject)?.map(({ entry }) => entry) ?? []
    const others = index === 0 ? otherVirtualServices(facts) : []
    return bypasses(route, { host: subject.host, managed, others }).filter(bypass => bypass.is !== 'mesh' || index === 0)
  })
  return found.filter(bypass => bypass.is !== 'mesh' || !isMeshBound(subject)).map(pathOf)
}

function pathOf(bypass: Bypass): string {
  if (bypass.is === 'mesh') return meshCallers
  const entry = `entry ${bypass.entry} of VirtualService ${bypass.virtualService}`
  return bypass.is === 'mirror' ? `the mirror in ${entry}` : entry
}

function httpRoutePaths(facts: Facts): readonly string[] {
  const { metadata } = facts.subject.service
  const wanted = { host: metadata.name, namespace: metadata.namespace ?? '' }
  const leads = ({ spec, metadata: own }: GatewayRoute): boolean =>
    (spec.rules ?? []).some(({ backendRefs = [] }) =>
      backendRefs.some(
        ({ kind = 'Service', name, namespace = own.namespace ?? '' }) => kind === 'Service' && sameHost({ host: name, namespace }, wanted),
      ),
    )
  return otherHttpRoutes(facts).filter(leads).map(objectName)
}

/** A port on every node, or a balancer of the cloud, leads to the Service and asks no proxy. */
function nodePorts(service: KubernetesObject): readonly string[] {
  const { type = 'ClusterIP' } = (service.spec ?? {}) as { readonly type?: string }
  return type === 'NodePort' || type === 'LoadBalancer' ? [`its own ${type}`] : []
}

/** Another Service in front of the same pods. */
function otherServices({ subject }: Facts): readonly string[] {
  const labels = canaryLabels(subject)
  return subject.services
    .filter(service => service.metadata.name !== subject.service.metadata.name)
    .filter(service => selects((service.spec as { readonly selector?: Readonly<Record<string, string>> } | undefined)?.selector, labels))
    .map(objectName)
}

function selects(selector: Readonly<Record<string, string>> | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
