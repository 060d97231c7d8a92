import { objectName, type KubernetesObject } from '#base/index.ts'
import { boundTo, waysPast, type Sight, type WayPast } from '#model/preflight/index.ts'
import { isManaged } from '#model/release/index.ts'
import { sameHost, type GatewayRoute, type VirtualService } from '#model/traffic/index.ts'
import { z } from 'zod'
import { podsBehind } from './destinations.ts'
import { selectsPod } from './doors.ts'
import { explainFailures } from './failures.ts'
import type { RoutingFacts } from './facts.ts'
import { percent } from './percent.ts'

/** What `sluice explain bypass --output json` prints. */
export const BypassReport = z.strictObject({
  namespace: z.string(),
  services: z.array(
    z.strictObject({
      /** `Service shop/cart` */
      service: z.string(),
      /** The managed routes that lead to it, and where they take requests. */
      routes: z.array(z.strictObject({ route: z.string(), at: z.array(z.string()) })),
      ways: z.array(
        z.strictObject({
          is: z.enum(['mesh', 'entry', 'mirror', 'httpRoute', 'nodePort', 'service']),
          says: z.string(),
          /** What callers get there now, by ready pods: `75 % 1.3.2, 25 % 1.4.0`. */
          gets: z.string(),
        }),
      ),
    }),
  ),
  /** What could not be seen: ways may lead through it. */
  unseen: z.array(z.strictObject({ what: z.string(), why: z.string() })),
})
export type BypassReport = z.infer<typeof BypassReport>

export type BypassFacts = Pick<RoutingFacts, 'virtualServices' | 'httpRoutes' | 'services' | 'pods'>

/** The Services of a namespace to which managed routes lead; or the named one, which must be there. */
export function bypassedServices(facts: BypassFacts, namespace: string, name: string | undefined): readonly KubernetesObject[] {
  const own = facts.services.items.filter(({ metadata }) => metadata.namespace === namespace)
  const named = name === undefined ? own : own.filter(({ metadata }) => metadata.name === name)
  if (name !== undefined && named.length === 0) throw explainFailures.NO_SERVICE({ service: name, namespace })
  const led = named.filter(service => routesTo(service, facts).length > 0)
  if (led.length === 0) throw explainFailures.NO_ROUTE({ namespace, service: name === undefined ? 'a Service of it' : `Service ${name}` })
  return led
}

/** Every way past the managed routes of these Services that can be seen, with what callers get there, and what could not be seen. */
export function bypassReport(services: readonly KubernetesObject[], namespace: string, facts: BypassFacts): BypassReport {
  const sights: readonly (readonly [string, Sight])[] = [
    ['VirtualServices', facts.virtualServices],
    ['HTTPRoutes', facts.httpRoutes],
    ['Services', facts.services],
    ['Pods', facts.pods],
  ]
  return {
    namespace,
    services: services.map(service => bypassOf(service, facts)),
    unseen: sights.flatMap(([what, { unseen }]) => (unseen === undefined ? [] : [{ what, why: unseen }])),
  }
}

function bypassOf(service: KubernetesObject, facts: BypassFacts): BypassReport['services'][number] {
  const { name, namespace = 'default' } = service.metadata
  const routes = routesTo(service, facts)
  const host = `${name}.${namespace}.svc.cluster.local`
  const subject = { namespace, host, routes, service, services: besides(namespace, facts), entries: 'all' as const }
  return {
    service: objectName(service),
    routes: routes.map(route => ({ route: objectName(route), at: placesOf(route, namespace) })),
    ways: waysPast({ subject, around: facts, labels: labelsBehind(service, facts) }).map(way => ({
      ...way,
      gets: getsOf(way, service, facts),
    })),
  }
}

/** Other Services of the namespace that no managed route leads to. */
function besides(namespace: string, facts: BypassFacts): readonly KubernetesObject[] {
  return facts.services.items.filter(each => each.metadata.namespace === namespace && routesTo(each, facts).length === 0)
}

function placesOf(route: KubernetesObject, namespace: string): string[] {
  return boundTo({ routes: [route], namespace }).map(({ at, gateway }) => (at === 'mesh' ? 'the mesh' : `Gateway ${gateway}`))
}

/** Managed routes with an entry that leads to the Service. */
function routesTo({ metadata }: KubernetesObject, facts: BypassFacts): readonly KubernetesObject[] {
  const wanted = { host: metadata.name, namespace: metadata.namespace ?? 'default' }
  const leads = (host: string, namespace: string): boolean => sameHost({ host, namespace }, wanted)
  const virtualServices = (facts.virtualServices.items as readonly VirtualService[]).filter(
    ({ spec, metadata: { namespace = 'default' } }) =>
      (spec.http ?? []).some(({ route = [] }) => route.some(({ destination }) => leads(destination.host, namespace))),
  )
  const httpRoutes = (facts.httpRoutes.items as readonly GatewayRoute[]).filter(({ spec, metadata: { namespace = 'default' } }) =>
    (spec.rules ?? []).some(({ backendRefs = [] }) =>
      backendRefs.some(({ kind = 'Service', name, namespace: of = namespace }) => kind === 'Service' && leads(name, of)),
    ),
  )
  return [...virtualServices, ...httpRoutes].filter(isManaged)
}

/** Labels of every pod of the Service: another Service that selects one of them is a way past. */
function labelsBehind(service: KubernetesObject, { pods }: BypassFacts): readonly Readonly<Record<string, string>>[] {
  return pods.items.filter(pod => selectsPod(service, pod)).map(({ metadata }) => metadata.labels ?? {})
}

/** What callers of a way get now: the pods behind it by their number, whatever the weights of a route say. */
function getsOf({ is, says }: WayPast, service: KubernetesObject, facts: BypassFacts): string {
  const front = is === 'service' ? (facts.services.items.find(each => objectName(each) === says) ?? service) : service
  const ready = podsBehind(front, {}, facts).filter(pod => pod.ready)
  if (ready.length === 0) return facts.pods.unseen === undefined ? '503: no pod is ready' : 'unknown: its pods cannot be seen'
  const versions = [...new Set(ready.map(({ version }) => version))].toSorted()
  const share = (version: string): number => ready.filter(pod => pod.version === version).length / ready.length
  return versions.map(version => `${percent(share(version))} ${version}`).join(', ')
}
