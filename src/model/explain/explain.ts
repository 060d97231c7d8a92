import { objectName, type KubernetesObject } from '#base/index.ts'
import { markOf } from '#model/release/index.ts'
import type { DestinationRule, GatewayRoute, Ingress } from '#model/traffic/index.ts'
import { atIngress, hasHost, ownIngresses } from './at-ingress.ts'
import { atDoor, decidingRules, insideMesh } from './at-door.ts'
import { doorsOf, type Door } from './doors.ts'
import type { DoorExplanation, Explanation } from './explanation.ts'
import { explainFailures } from './failures.ts'
import { seen, type Question, type RoutingFacts } from './facts.ts'
import { hostOf } from './services.ts'

/** Where a request goes in a cluster, door by door, and why. Fails where the named gateway is not there. */
export function explain(question: Question, facts: RoutingFacts): Explanation {
  const { method, host, path, headers, from } = question
  const doors = from.is === 'pod' ? [insideMesh(from, question, facts)] : outside(from.name, question, facts)
  return {
    request: { method, host, path, headers: { ...headers } },
    doors: [...doors],
    runs: runsAmong(doors, facts),
    unseen: unseenIn(question, facts),
  }
}

/** At the gateways and at ingress-nginx; a gateway is asked alone where it is named, and not told of where only ingress-nginx has the host. */
function outside(name: string | undefined, question: Question, facts: RoutingFacts): readonly DoorExplanation[] {
  const gateways = atGateways(name, question, facts)
  const ingress = name === undefined ? atIngress(question, facts) : []
  return ingress.length === 0 ? gateways : [...gateways.filter(({ domain }) => domain !== undefined), ...ingress]
}

/** Without a name: the doors that know the host, or all of them where none does. */
function atGateways(name: string | undefined, question: Question, facts: RoutingFacts): readonly DoorExplanation[] {
  const all = doorsOf(facts)
  const meant = name === undefined ? all : all.filter(door => isNamed(door, name))
  if (name !== undefined && meant.length === 0)
    throw explainFailures.NO_GATEWAY({ gateway: name, gateways: [...new Set(all.flatMap(gatewayNames))].join(', ') })
  const doors = meant.filter(({ port }) => question.port === undefined || question.port === port)
  const told = doors.map(door => atDoor(door, question, facts))
  const known = told.filter(({ domain }) => domain !== undefined)
  return known.length > 0 ? known : told.map(door => withInsiders(door, question.host, facts))
}

/** A host that no gateway has, and by which callers inside the mesh reach a Service: they are told how to ask. */
function withInsiders(door: DoorExplanation, host: string, facts: RoutingFacts): DoorExplanation {
  const service = facts.services.items.find(each => `${hostOf(each)}.`.startsWith(`${host.toLowerCase()}.`))
  if (!service || door.answer.is !== 'answered') return door
  const hint = `callers inside the mesh reach ${objectName(service)} by it: --from ${service.metadata.namespace ?? 'default'}`
  return { ...door, answer: { ...door.answer, says: `${door.answer.says}; ${hint}` } }
}

function gatewayNames({ gateways, kubernetesGateways }: Door): readonly string[] {
  return [...gateways, ...kubernetesGateways].map(({ metadata }) => `${metadata.namespace ?? 'default'}/${metadata.name}`)
}

/** `name` or `namespace/name`. */
function isNamed(door: Door, name: string): boolean {
  return gatewayNames(door).some(each => each === name || each.endsWith(`/${name}`))
}

/** Runs by the marks on the routes and rules that decide. */
function runsAmong(doors: readonly DoorExplanation[], facts: RoutingFacts): Explanation['runs'] {
  const { virtualServices, httpRoutes, grpcRoutes, ingresses } = facts
  const routes: readonly KubernetesObject[] = [virtualServices, httpRoutes, grpcRoutes, ingresses].flatMap(({ items }) => items)
  const asked = doors.flatMap(({ candidates }) => candidates.filter(({ role }) => role !== 'aside').map(({ object }) => object))
  const rules = doors.flatMap(door => decidingRules(door, seen<DestinationRule>(facts.destinationRules)))
  const deciding = new Set([...routes.filter(route => asked.includes(objectName(route))), ...rules])
  const runs = new Map<string, string[]>()
  for (const object of deciding) {
    const execution = markOf(object)?.execution
    if (execution !== undefined) runs.set(execution, [...(runs.get(execution) ?? []), objectName(object)])
  }
  return [...runs].map(([execution, objects]) => ({ execution, objects }))
}

const words: Readonly<Record<keyof RoutingFacts, string>> = {
  virtualServices: 'VirtualServices',
  destinationRules: 'DestinationRules',
  gateways: 'Gateways',
  serviceEntries: 'ServiceEntries',
  sidecars: 'Sidecars',
  kubernetesGateways: 'Gateways of the Gateway API',
  gatewayClasses: 'GatewayClasses',
  httpRoutes: 'HTTPRoutes',
  grpcRoutes: 'GRPCRoutes',
  grants: 'ReferenceGrants',
  ingresses: 'Ingresses',
  ingressClasses: 'IngressClasses',
  services: 'Services',
  namespaces: 'Namespaces',
  gatewayPods: 'Pods of the gateways',
  pods: 'Pods of the destinations',
}

function unseenIn(question: Question, facts: RoutingFacts): Explanation['unseen'] {
  const kinds = Object.entries(words) as [keyof RoutingFacts, string][]
  const missing = kinds.flatMap(([field, what]) => {
    const why = facts[field].unseen
    // Gateways do not ask Sidecars.
    return why === undefined || (field === 'sidecars' && question.from.is !== 'pod') ? [] : [{ what, why }]
  })
  return [...missing, ...(question.from.is === 'pod' ? meshRoutes(facts) : ingressesFor(question.host, facts))]
}

function meshRoutes({ httpRoutes }: RoutingFacts): Explanation['unseen'] {
  return httpRoutes.items
    .filter(({ spec }) => ((spec ?? {}) as Pick<GatewayRoute['spec'], 'parentRefs'>).parentRefs?.some(({ kind }) => kind === 'Service'))
    .map(route => ({ what: objectName(route), why: 'bound to a Service: what it does inside the mesh is not told here' }))
}

/** Those that another controller serves than ingress-nginx. */
function ingressesFor(host: string, facts: RoutingFacts): Explanation['unseen'] {
  const own = ownIngresses(facts)
  return seen<Ingress>(facts.ingresses)
    .filter(ingress => !own.includes(ingress) && hasHost(ingress, host))
    .map(ingress => ({ what: objectName(ingress), why: 'has this host too: what its controller does is not told here' }))
}

/** The Services that an explanation leads to: whose pods are to be read before it is complete. */
export function servicesReached({ doors }: Explanation, facts: RoutingFacts): readonly KubernetesObject[] {
  const hosts = doors.flatMap(({ answer }) => (answer.is === 'routed' ? answer.destinations.map(({ host }) => host) : []))
  return facts.services.items.filter(service => hosts.includes(hostOf(service)))
}
