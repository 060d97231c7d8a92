import { objectName, type KubernetesObject } from '#base/index.ts'
import { bypasses, sameHost, type Bypass, type GatewayRoute, type VirtualService } from '#model/traffic/index.ts'
import type { Around, Subject } from './facts.ts'
import { selects, type Labels } from './labels.ts'
import { isMeshBound, managedEntries, otherHttpRoutes, otherVirtualServices } from './route.ts'

/** A way to the pods of a Service past its managed routes. */
export interface WayPast {
  /** `mesh`: callers inside the mesh, whom no managed route leads. `service`: another Service in front of the same pods. */
  readonly is: 'mesh' | Bypass['is'] | 'httpRoute' | 'nodePort' | 'service'
  /** `entry all of VirtualService shop/api` */
  readonly says: string
}

/** The managed routes and their Service, what is seen beside them, and the labels of each kind of pod that they lead to. */
export interface WaysPastFacts {
  readonly subject: Pick<Subject, 'namespace' | 'host' | 'routes' | 'service' | 'services' | 'entries' | 'isolated'>
  readonly around: Pick<Around, 'virtualServices' | 'httpRoutes'>
  readonly labels: readonly Labels[]
}

/** Every way past the managed routes that can be seen. Where the canary has a Service of its own, those of the other lead to stable alone. */
export function waysPast(facts: WaysPastFacts): readonly WayPast[] {
  const { service, isolated } = facts.subject
  const ofService = isolated ? [] : [...routePaths(facts), ...httpRoutePaths(facts), ...nodePorts(service)]
  return [...ofService, ...otherServices(facts)]
}

/** What one managed route leaves open, another may close: callers inside the mesh are led where any of them is bound to it. */
function routePaths(facts: WaysPastFacts): readonly WayPast[] {
  const { subject } = facts
  const routes = subject.routes.filter(route => route.kind === 'VirtualService') as readonly VirtualService[]
  const found = routes.flatMap((route, index) => {
    const managed = managedEntries(route, subject)?.map(({ entry }) => entry) ?? []
    const others = index === 0 ? otherVirtualServices(facts) : []
    return bypasses(route, { host: subject.host, managed, others }).filter(bypass => bypass.is !== 'mesh' || index === 0)
  })
  return found.filter(bypass => bypass.is !== 'mesh' || !isMeshBound(subject)).map(pathOf)
}

function pathOf(bypass: Bypass): WayPast {
  if (bypass.is === 'mesh') return { is: 'mesh', says: 'callers inside the mesh (the route is bound to gateways only)' }
  const entry = `entry ${bypass.entry} of VirtualService ${bypass.virtualService}`
  return { is: bypass.is, says: bypass.is === 'mirror' ? `the mirror in ${entry}` : entry }
}

function httpRoutePaths(facts: WaysPastFacts): readonly WayPast[] {
  const { metadata } = facts.subject.service
  const wanted = { host: metadata.name, namespace: metadata.namespace ?? '' }
  const leads = ({ spec, metadata: own }: GatewayRoute): boolean =>
    (spec.rules ?? []).some(({ backendRefs = [] }) =>
      backendRefs.some(
        ({ kind = 'Service', name, namespace = own.namespace ?? '' }) => kind === 'Service' && sameHost({ host: name, namespace }, wanted),
      ),
    )
  return otherHttpRoutes(facts)
    .filter(leads)
    .map(route => ({ is: 'httpRoute', says: objectName(route) }))
}

/** A port on every node, or a balancer of the cloud, leads to the Service and asks no proxy. */
function nodePorts(service: KubernetesObject): readonly WayPast[] {
  const { type = 'ClusterIP' } = (service.spec ?? {}) as { readonly type?: string }
  return type === 'NodePort' || type === 'LoadBalancer' ? [{ is: 'nodePort', says: `its own ${type}` }] : []
}

/** Another Service in front of the same pods. */
function otherServices({ subject, labels }: WaysPastFacts): readonly WayPast[] {
  return subject.services
    .filter(({ metadata }) => metadata.name !== subject.service.metadata.name && metadata.name !== subject.isolated?.service)
    .filter(({ spec }) =>
      labels.some(each => selects((spec as { readonly selector?: Readonly<Record<string, string>> } | undefined)?.selector, each)),
    )
    .map(service => ({ is: 'service', says: objectName(service) }))
}
