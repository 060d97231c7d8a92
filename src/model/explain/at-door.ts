import {
  traceGatewayApi,
  traceIstio,
  type AskedEntry,
  type Caller,
  type DestinationRule,
  type GatewayResolution,
  type GatewayRoute,
  type ReferenceGrant,
  type Resolution,
  type RoutedRequest,
  type Sidecar,
  type Trace,
  type VirtualService,
} from '#model/traffic/index.ts'
import type { Door } from './doors.ts'
import { gatewayApiEnd, istioEnd, type Ended } from './ends.ts'
import type { Answer, DoorExplanation } from './explanation.ts'
import { seen, type Question, type RoutingFacts } from './facts.ts'
import { knownServices } from './services.ts'

/** What becomes of a request at a port of a gateway. */
export function atDoor(door: Door, question: Question, facts: RoutingFacts): DoorExplanation {
  const request = { ...question, scheme: door.scheme }
  const istio = istioAt(door, request, facts)
  const others = gatewayApiAt(door, request, facts)
  const byIstio = decidesIstio(istio, others)
  const { domain, entries, broken } = byIstio ? istio : others
  const deciding = byIstio ? istio : others
  const aside = byIstio ? others : istio
  const ended = byIstio ? istioEnd(istio.resolution, question, door, facts) : gatewayApiEnd(others.resolution, question, door, facts)
  return {
    gateways: [...door.gateways, ...door.kubernetesGateways].map(
      ({ metadata }) => `Gateway ${metadata.namespace ?? 'default'}/${metadata.name}`,
    ),
    namespace: door.namespace,
    port: door.port,
    scheme: door.scheme,
    ...(door.proxies === undefined ? {} : { proxies: door.proxies }),
    ...(domain === undefined ? {} : { domain }),
    candidates: [...candidates(deciding), ...overruled(aside, deciding.domain)],
    entries: copied(entries),
    ...copiedEnd(ended),
    ...(broken === undefined ? {} : { notInForce: broken }),
  }
}

/** What becomes of a request of a pod with a sidecar. */
export function insideMesh(
  from: Extract<Question['from'], { readonly is: 'pod' }>,
  question: Question,
  facts: RoutingFacts,
): DoorExplanation {
  const { namespace, labels } = from
  const port = question.port ?? 80
  const config = { ...configOf(facts, []), sidecars: seen<Sidecar>(facts.sidecars) }
  const trace = traceIstio(config, { namespace, labels, port }, question)
  const ended = istioEnd(trace.resolution, question, { namespace, labels }, facts)
  const unknown = trace.resolution.is === 'unknown-host'
  const passes: Answer = {
    is: 'undecided',
    says: `no route or Service${within(trace.narrowedBy)} has this host on port ${port}: the sidecar lets it pass to where the caller sent it, or answers 502 where the mesh is REGISTRY_ONLY`,
  }
  return {
    gateways: [],
    namespace,
    port,
    scheme: 'http',
    ...(trace.domain === undefined ? {} : { domain: trace.domain }),
    candidates: [...candidates(trace)],
    entries: copied(trace.entries),
    ...copiedEnd(unknown ? { answer: passes, effects: [] } : ended),
    ...(trace.broken === undefined ? {} : { notInForce: trace.broken }),
  }
}

function within(sidecar: string | undefined): string {
  return sidecar === undefined ? '' : ` that ${sidecar} imports`
}

function configOf(facts: RoutingFacts, gateways: Door['gateways']): Parameters<typeof traceIstio>[0] {
  return { virtualServices: seen<VirtualService>(facts.virtualServices), gateways, services: knownServices(facts) }
}

function istioAt(door: Door, request: RoutedRequest, facts: RoutingFacts): Trace<Resolution> {
  const names = door.gateways.map(({ metadata }) => `${metadata.namespace ?? 'default'}/${metadata.name}`)
  const caller: Caller = { gateways: names, namespace: door.namespace, labels: door.labels, port: door.port }
  // Without a Gateway of Istio nothing is bound: an empty list would mean that every host is taken.
  const config = configOf(facts, door.gateways)
  return traceIstio(door.gateways.length === 0 ? { ...config, virtualServices: [] } : config, caller, request)
}

function gatewayApiAt(door: Door, request: RoutedRequest, facts: RoutingFacts): Trace<GatewayResolution> {
  const labels = new Map(facts.namespaces.items.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]))
  const config = {
    gateways: door.kubernetesGateways,
    routes: [...seen<GatewayRoute>(facts.httpRoutes), ...seen<GatewayRoute>(facts.grpcRoutes)],
    grants: seen<ReferenceGrant>(facts.grants),
    services: knownServices(facts),
    namespaceLabels: (namespace: string) => labels.get(namespace) ?? {},
  }
  const known = door.kubernetesGateways.length > 0 ? config : { ...config, routes: [] }
  return traceGatewayApi(known, door.port, request)
}

/** The closer host has the request; of the same host the older claim has it alone. */
function decidesIstio(istio: Trace<Resolution>, others: Trace<GatewayResolution>): boolean {
  if (istio.domain === undefined || others.domain === undefined) return others.domain === undefined
  if (istio.domain === others.domain) return istio.since <= others.since
  const [a, b] = [istio.domain, others.domain]
  const wild = Number(a.startsWith('*')) - Number(b.startsWith('*'))
  return wild === 0 ? a.length > b.length : wild < 0
}

function overruled(trace: Trace<unknown>, domain = 'the host'): readonly Told[] {
  const why = `routes of another kind have ${domain} alone: their host is closer, or they are older`
  return candidates({ ...trace, entries: [] }).map(each => (each.role === 'asked' ? { ...each, role: 'aside', why } : each))
}

type Told = DoorExplanation['candidates'][number]

function candidates({ candidates: all, entries }: Pick<Trace<unknown>, 'candidates' | 'entries'>): readonly Told[] {
  const taker = entries.find(({ outcome }) => outcome === 'takes')?.object
  return all.map(each => ({
    ...each,
    hosts: [...each.hosts],
    role: each.object === taker && each.role === 'asked' ? 'answers' : each.role,
  }))
}

function copied(entries: readonly AskedEntry[]): DoorExplanation['entries'] {
  return entries.map(entry => ({ ...entry, why: [...entry.why] }))
}

function copiedEnd({ answer, effects }: Ended): Pick<DoorExplanation, 'answer' | 'effects'> {
  return { answer, effects: [...effects] }
}

/** Objects that decide what the answer is, for the mark of a run. */
export function decidingRules(explanation: DoorExplanation, rules: readonly DestinationRule[]): readonly DestinationRule[] {
  const { answer } = explanation
  const used = answer.is === 'routed' ? answer.destinations.flatMap(({ rule = [] }) => rule) : []
  return rules.filter(({ metadata }) => used.includes(`${metadata.namespace ?? 'default'}/${metadata.name}`))
}
