import { objectName, type KubernetesObject } from '#base/index.ts'
import { templateOf } from '#model/release/index.ts'
import type { Facts, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { firstCanaryPods, mostCanaryPods, type PodsNeeded } from './pods-needed.ts'
import { parseQuantity, quantityText } from './quantity.ts'
import { counted } from './text.ts'

/** Whether quota and nodes have room for as many canary pods as the steps need at most. */
export function capacityFindings(facts: Facts): readonly PreflightFinding[] {
  const { subject } = facts
  const most = mostCanaryPods(subject)
  if (!most || subject.first) return []
  const pod = podOf(subject)
  const found = [...quotaFindings(pod, most, facts), ...nodeFindings(pod, most, facts), ...unseenFindings(facts)]
  return found.length > 0 ? found : [ok('capacity', roomText(pod, most, facts))]
}

function roomText(pod: PodAsks, { pods, step }: PodsNeeded, { around }: Facts): string {
  const quota = around.quotas.items.length > 0 ? 'the quota has room' : 'no quota is in the way'
  return `${counted(pods, 'canary pod')} at ${step}, each with ${asksText(pod)}: ${quota}; the nodes are large enough, were they empty`
}

type Amounts = Readonly<Record<string, number>>

/** What one canary pod asks for, injected containers included. */
interface PodAsks {
  readonly requests: Amounts
  readonly limits: Amounts
}

interface Container {
  readonly name: string
  readonly restartPolicy?: string
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
}

interface PodSpec {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly overhead?: Readonly<Record<string, string>>
}

/** The new template tells of its own containers, a present pod of those that are injected. */
function podOf({ next, pods }: Subject): PodAsks {
  const template = (templateOf(next).spec ?? {}) as PodSpec
  const live = (pods[0]?.spec ?? {}) as PodSpec
  const own = new Set([...(template.containers ?? []), ...(template.initContainers ?? [])].map(({ name }) => name))
  const injected = (containers: readonly Container[] = []): readonly Container[] => containers.filter(({ name }) => !own.has(name))
  const spec: PodSpec = {
    ...template,
    containers: [...(template.containers ?? []), ...injected(live.containers)],
    initContainers: [...(template.initContainers ?? []), ...injected(live.initContainers)],
  }
  return { requests: asked(spec, 'requests'), limits: asked(spec, 'limits') }
}

/** Init containers run one after the other, before all others; those that restart always go on running. */
function asked({ containers = [], initContainers = [], overhead = {} }: PodSpec, what: 'requests' | 'limits'): Amounts {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
  const others = initContainers.filter(each => !sidecars.includes(each))
  const running = sum([...containers, ...sidecars].map(each => amounts(each.resources?.[what])))
  const starting = others.map(each => amounts(each.resources?.[what]))
  const greatest = (resource: string): number => Math.max(running[resource] ?? 0, ...starting.map(each => each[resource] ?? 0))
  const resources = [...new Set([running, ...starting].flatMap(each => Object.keys(each)))]
  return sum([Object.fromEntries(resources.map(resource => [resource, greatest(resource)])), amounts(overhead)])
}

function amounts(texts: Readonly<Record<string, string>> = {}): Amounts {
  return Object.fromEntries(Object.entries(texts).map(([resource, text]) => [resource, parseQuantity(text) ?? 0]))
}

function sum(all: readonly Amounts[]): Amounts {
  const total: Record<string, number> = {}
  for (const [resource, amount] of all.flatMap(each => Object.entries(each))) total[resource] = (total[resource] ?? 0) + amount
  return total
}

function asksText({ requests }: PodAsks): string {
  const parts = ['cpu', 'memory'].flatMap(name => (requests[name] === undefined ? [] : [`${name} ${quantityText(requests[name], name)}`]))
  return parts.length === 0 ? 'no requests' : parts.join(' and ')
}

/** What one pod takes of a resource of a quota; undefined for resources that pods do not take. */
function takes(resource: string, { requests, limits }: PodAsks): number | undefined {
  if (resource === 'pods' || resource === 'count/pods') return 1
  const [kind, name] = resource.includes('.') ? splitOnce(resource) : ['requests', resource]
  if (kind === 'limits') return limits[name]
  return kind === 'requests' ? requests[name] : undefined
}

function splitOnce(resource: string): readonly [string, string] {
  const dot = resource.indexOf('.')
  return [resource.slice(0, dot), resource.slice(dot + 1)]
}

interface QuotaStatus {
  readonly hard?: Readonly<Record<string, string>>
  readonly used?: Readonly<Record<string, string>>
}

/** Quotas for pods of some classes only are left out: which of them count a pod, only the server knows. */
function quotaFindings(pod: PodAsks, most: PodsNeeded, { subject, around }: Facts): readonly PreflightFinding[] {
  const whole = around.quotas.items.filter(({ spec }) => {
    const { scopes, scopeSelector } = (spec ?? {}) as { readonly scopes?: readonly string[]; readonly scopeSelector?: unknown }
    return (scopes ?? []).length === 0 && scopeSelector === undefined
  })
  return whole.flatMap(quota => quotaFinding(quota, pod, most, firstCanaryPods(subject) ?? most.pods))
}

/** Where not even the first pods fit the run could not begin: that is a refusal. Later ones it would wait for, and ask. */
function quotaFinding(quota: KubernetesObject, pod: PodAsks, most: PodsNeeded, first: number): readonly PreflightFinding[] {
  const { hard, used = {} } = (quota.status ?? {}) as QuotaStatus
  if (!hard) return [notCounted(quota)]
  return Object.entries(hard).flatMap(([resource, text]) => {
    const [each, limit] = [takes(resource, pod), parseQuantity(text)]
    if (each === undefined || limit === undefined) return []
    const left = limit - (parseQuantity(used[resource]) ?? 0)
    if (each * most.pods <= left) return []
    const needs = quantityText(each * most.pods, resource)
    const facts = { quota: objectName(quota), resource, needs, left: quantityText(left, resource), pods: most.pods, at: `at ${most.step}` }
    return [objection('capacity', each * first > left ? 'refuse' : 'warn', failures.QUOTA_SHORT(facts))]
  })
}

/** Its controller has not looked at it yet. */
function notCounted(quota: KubernetesObject): PreflightFinding {
  const means = 'whether it has room for the canary is unknown'
  return objection('capacity', 'unknown', failures.UNSEEN({ what: objectName(quota), why: 'what is used of it is not counted yet', means }))
}

interface Node {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly effect?: string }[] }
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> }
}

/** What the nodes could hold if they were empty: an upper bound, for what else runs there is not counted. */
function nodeFindings(pod: PodAsks, { pods, step }: PodsNeeded, { around }: Facts): readonly PreflightFinding[] {
  const nodes = around.nodes.items as unknown as readonly Node[]
  if (nodes.length === 0 || around.nodes.unseen !== undefined) return []
  const fit = nodes.filter(isOpen).reduce((count, node) => count + fitting(pod, node), 0)
  if (fit >= pods) return []
  const failure = failures.NODES_SHORT({ pods, fit, asks: asksText(pod), at: `at ${step}` })
  return [objection('capacity', 'warn', failure)]
}

function isOpen({ spec }: Node): boolean {
  return spec?.unschedulable !== true && !(spec?.taints ?? []).some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
}

function fitting({ requests }: PodAsks, { status }: Node): number {
  const room = amounts(status?.allocatable)
  const bounds = Object.entries({ ...requests, pods: 1 }).flatMap(([resource, each]) =>
    each > 0 && room[resource] !== undefined ? [Math.floor(room[resource] / each)] : [],
  )
  return bounds.length === 0 ? Infinity : Math.min(...bounds)
}

function unseenFindings({ around: { quotas, nodes } }: Facts): readonly PreflightFinding[] {
  const kinds = [
    ['ResourceQuotas', quotas],
    ['Nodes', nodes],
  ] as const
  return kinds.flatMap(([what, { unseen }]) => {
    if (unseen === undefined) return []
    const means = 'whether there is room for the canary is unknown'
    return [objection('capacity', 'unknown', failures.UNSEEN({ what, why: unseen, means }))]
  })
}
