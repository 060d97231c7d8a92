// Which rights a run needs, from what each kind of goal writes.
// 1. Lists and watches are of the namespace; reads and writes of one object name it, so that a Role with resourceNames will do.
// 2. The way back and the rest at the end belong to every run, whatever its steps are.
import type { KubernetesObject } from '#base/index.ts'
import { isMadeBy, type Goal } from '#model/release/index.ts'
import type { Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { grouped } from './grouped.ts'
import { rightsOf } from './objects-rights.ts'
import { on, type MissingRight, type Need, type Right, type RightsSeen, type Verb } from './right.ts'
import { roleRule } from './role-rule.ts'
import { splitHolders } from './route.ts'
import { counted, listed } from './text.ts'

/** What a goal touches. */
type Thing =
  | 'canaryService'
  | 'stageService'
  | 'routes'
  | 'madeRoutes'
  | 'rule'
  | 'workload'
  | 'canary'
  | 'autoscalers'
  | 'leases'
  | 'record'
  | 'new'
  | 'present'

const held = [
  ['leases', 'create'],
  ['record', 'create', 'patch'],
] as const
const narrowed = [
  ['workload', 'patch'],
  ['rule', 'patch'],
  ['routes', 'patch'],
  ['madeRoutes', 'create'],
  ['autoscalers', 'patch'],
  ['stageService', 'patch'],
] as const
const secondWorkload = [
  ['new', 'create', 'patch'],
  ['canary', 'create', 'patch'],
  ['canaryService', 'create', 'patch'],
] as const
const given = [['leases', 'delete'], ['madeRoutes', 'delete'], ['canary', 'delete'], ['canaryService', 'delete'], ...narrowed] as const

/** Apply is a patch, and a create where there is nothing yet. */
const touches: Readonly<Record<Goal['to'], readonly (readonly [Thing, ...Verb[]])[]>> = {
  pinned: [...held, ...narrowed, ['canaryService', 'create', 'patch']],
  prepared: [...held, ...narrowed, ...secondWorkload],
  split: [...held, ...narrowed, ...secondWorkload],
  headerRoute: [...held, ...narrowed, ...secondWorkload],
  mirror: [...held, ...narrowed, ...secondWorkload],
  promoted: [...held, ...narrowed, ...secondWorkload, ['present', 'patch']],
  canaryRemoved: [...held, ...narrowed, ['canary', 'delete']],
  atRest: given,
  returned: [...given, ['present', 'patch'], ['new', 'delete']],
}

export const first = 'the look before the first write'
export const rest = 'At rest'
export const back = 'the way back'

/** Every right that the run needs, each once, with the steps that need it. */
export function neededRights(subject: Subject): readonly Need[] {
  const goals = [...subject.steps, { name: rest, goals: [{ to: 'atRest' }] }, { name: back, goals: [{ to: 'returned' }] }] as const
  const needs = [
    ...reads(subject),
    ...goals.flatMap(step => step.goals.flatMap(goal => writes(goal.to, subject).map(right => ({ ...right, steps: [step.name] })))),
    ...touchingNeeds(subject),
  ]
  return mergedNeeds(needs)
}

/** For what steps change beside the traffic, and for giving it back. */
export function touchingNeeds({ steps, namespace, record }: Pick<Subject, 'steps' | 'namespace' | 'record'>): readonly Need[] {
  return steps.flatMap(({ name, touches }) => {
    if (!touches) return []
    const { step, wayBack } = rightsOf(touches, namespace, record)
    return [...step.map(right => ({ ...right, steps: [name] })), ...wayBack.map(right => ({ ...right, steps: [back] }))]
  })
}

/** Each right once, with every step that needs it. */
export function mergedNeeds(needs: readonly Need[]): readonly Need[] {
  const merged = new Map<string, Need>()
  for (const need of needs) {
    const { verb, apiVersion, kind, namespace, name } = need
    const key = JSON.stringify([verb, apiVersion.split('/')[0], kind, namespace, name])
    merged.set(key, { ...need, steps: [...new Set([...(merged.get(key)?.steps ?? []), ...need.steps])] })
  }
  return [...merged.values()]
}

const istio = 'networking.istio.io/v1'

/** What is looked at before the first write, and watched from then on; every object of the manifests is read, and dry-run as an apply. */
export function readingRights(namespace: string, manifests: readonly KubernetesObject[]): readonly Need[] {
  const right = (verb: Verb, apiVersion: string, kind: string): Right => ({ verb, apiVersion, kind, namespace })
  const watched: readonly (readonly [string, string])[] = [
    [istio, 'VirtualService'],
    [istio, 'DestinationRule'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'ReplicaSet'],
    ['v1', 'Pod'],
  ]
  const rights = [
    ...watched.flatMap(([apiVersion, kind]) => [right('list', apiVersion, kind), right('watch', apiVersion, kind)]),
    right('list', 'v1', 'Service'),
    right('list', 'autoscaling/v2', 'HorizontalPodAutoscaler'),
    right('get', 'coordination.k8s.io/v1', 'Lease'),
    ...manifests.flatMap(object => [on('get', object), on('patch', object)]),
  ]
  return rights.map(each => ({ ...each, steps: [first] }))
}

function reads(subject: Subject): readonly Need[] {
  const objects = subject.manifests.map(({ object }) => object)
  const routes = [...new Set([...subject.routes, ...splitHolders(subject)])].flatMap(route =>
    (['get', 'list', 'watch'] as const).map(verb => routeRight(verb, route, subject)),
  )
  return [
    ...readingRights(subject.namespace, objects),
    ...[...routes, ...gatewayRights(subject), on('get', recordOf(subject))].map(right => ({ ...right, steps: [first] })),
  ]
}

/** A route is read by its name; lists and watches are of its kind. */
function routeRight(verb: 'get' | 'list' | 'watch', route: KubernetesObject, { namespace }: Subject): Right {
  return verb === 'get' ? on(verb, route) : { verb, apiVersion: route.apiVersion, kind: route.kind, namespace }
}

const gatewayApi = 'gateway.networking.k8s.io/v1'

/** What a gateway can is said by its class, of which the name is in the gateway. */
function gatewayRights({ unreadGateways = [] }: Subject): readonly Right[] {
  const gateways = unreadGateways.map(({ name, namespace }): Right => ({
    verb: 'get',
    apiVersion: gatewayApi,
    kind: 'Gateway',
    namespace,
    name,
  }))
  return gateways.length === 0 ? [] : [...gateways, { verb: 'get', apiVersion: gatewayApi, kind: 'GatewayClass' }]
}

const recordOf = (subject: Subject): KubernetesObject => bare('v1', 'ConfigMap', subject.record, subject)

function bare(apiVersion: string, kind: string, name: string, { namespace }: Subject): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace } }
}

function writes(goal: Goal['to'], subject: Subject): readonly Right[] {
  return touches[goal].flatMap(([thing, ...verbs]) => things[thing](subject).flatMap(object => verbs.map(verb => on(verb, object))))
}

const things: Readonly<Record<Thing, (subject: Subject) => readonly KubernetesObject[]>> = {
  routes: splitHolders,
  madeRoutes: ({ beside = [] }) => beside.filter(({ metadata }) => metadata.uid === undefined),
  rule: ({ rule }) => (rule ? [rule.after] : []),
  workload: ({ workload }) => [workload],
  canary: ({ workload, canary, namespace }) => [{ ...workload, metadata: { name: canary, namespace } }],
  canaryService: subject => (subject.isolated?.kept === false ? [bare('v1', 'Service', subject.isolated.service, subject)] : []),
  stageService: subject => (subject.isolated?.kept === true ? [bare('v1', 'Service', subject.isolated.service, subject)] : []),
  autoscalers: ({ autoscalers, scaledObjects = [] }) => [
    ...autoscalers.filter(each => !scaledObjects.some(object => isMadeBy(each, object))),
    ...scaledObjects,
  ],
  leases: subject => [bare('coordination.k8s.io/v1', 'Lease', '', subject)],
  record: subject => [recordOf(subject)],
  new: ({ manifests }) => manifests.filter(each => !each.live).map(({ object }) => object),
  present: ({ manifests }) => manifests.filter(each => each.live).map(({ object }) => object),
}

/** What is missing, one finding per resource; one line where nothing is. */
export function rightFindings(seen: RightsSeen): readonly PreflightFinding[] {
  if (seen.is === 'everything') return [ok('rights', 'everything in the namespace is allowed')]
  if (seen.is === 'unknown') {
    const unseen = failures.UNSEEN({ what: 'Our rights', why: seen.why, means: 'a step may be refused in the middle of the run' })
    return [objection('rights', 'unknown', unseen)]
  }
  if (seen.missing.length === 0) return [ok('rights', `all ${counted(seen.asked, 'right')} that its steps need`)]
  return grouped(seen.missing, placeOf).map(missingFinding)
}

const placeOf = ({ need, resource }: MissingRight): string => JSON.stringify([resource, need.namespace, need.steps])

function missingFinding(missing: readonly [MissingRight, ...MissingRight[]]): PreflightFinding {
  const [{ need, resource }] = missing
  const verbs = [...new Set(missing.map(each => each.need.verb))]
  const names = [...new Set(missing.flatMap(each => each.need.name ?? []))]
  const place = need.namespace === undefined ? 'in the whole cluster' : `in namespace ${need.namespace}`
  const where = names.length > 0 ? `${place} (${listed(names)})` : place
  const failure = failures.RIGHT_MISSING({ verbs: listed(verbs), resource, where, steps: listed(need.steps) })
  return objection('rights', 'refuse', failure, roleRule(missing))
}
