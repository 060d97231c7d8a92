// What stands in the way of a split by the canary annotations of ingress-nginx.
import { objectName, type KubernetesObject } from '#base/index.ts'
import { strategyOf } from '#model/release/index.ts'
import {
  canaryPolicyOf,
  isIngress,
  nginxConfiguration,
  nginxController,
  routerOf,
  type Ingress,
  type NginxLocation,
} from '#model/traffic/index.ts'
import type { Facts, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, type PreflightFinding } from './finding.ts'
import { listed } from './text.ts'

const prefix = 'nginx.ingress.kubernetes.io/'

/** Of every managed Ingress, and of what its controller does with the others. */
export function ingressFindings(facts: Facts): readonly PreflightFinding[] {
  const mains = facts.subject.routes.filter(isIngress)
  if (mains.length === 0) return []
  return [
    ...mains.flatMap(main => [
      ...classFindings(main, facts),
      ...stickyFindings(main),
      ...takenFindings(main, facts),
      ...movedFindings(main, facts.subject),
    ]),
    ...(facts.subject.beside ?? []).filter(isIngress).flatMap(askedFindings),
    ...emptyingFindings(facts.subject),
    ...unseenFindings(facts),
  ]
}

/** Other controllers of this make have names of their own (`--controller-class`), which begin in the same way. */
function classFindings(main: Ingress, { around: { ingressClasses } }: Facts): readonly PreflightFinding[] {
  const name = main.spec.ingressClassName
  if (name === undefined || ingressClasses.unseen !== undefined) return []
  const found = ingressClasses.items.find(({ metadata }) => metadata.name === name)
  const controller = (found?.spec as { readonly controller?: string } | undefined)?.controller
  if (controller === nginxController) return []
  const served = found ? `class ${name} is of ${controller ?? 'no controller'}` : `there is no IngressClass ${name}`
  const level = controller?.startsWith('k8s.io/') ? 'warn' : 'refuse'
  return [objection('route', level, failures.INGRESS_CLASS({ ingress: objectName(main), served }))]
}

/** Affinity decides before the weight does, unless it is told to leave canaries alone. */
function stickyFindings(main: Ingress): readonly PreflightFinding[] {
  const value = (name: string): string | undefined => main.metadata.annotations?.[prefix + name]
  const sticky = value('affinity') === 'cookie' && value('affinity-canary-behavior') !== 'legacy'
  const subset = value('upstream-hash-by') !== undefined && value('upstream-hash-by-subset') === 'true'
  const by = [...(sticky ? ['its session affinity'] : []), ...(subset ? ['upstream-hash-by-subset'] : [])]
  return by.length === 0 ? [] : [objection('route', 'refuse', failures.INGRESS_STICKY({ ingress: objectName(main), by: listed(by) }))]
}

function askedFindings(canary: Ingress): readonly PreflightFinding[] {
  const { header = '', cookie = '' } = canaryPolicyOf(canary) ?? {}
  const by = [...(header ? [`header ${header}`] : []), ...(cookie ? [`cookie ${cookie}`] : [])]
  return by.length === 0 ? [] : [objection('route', 'warn', failures.INGRESS_ASKED_FOR({ canary: objectName(canary), by: listed(by) }))]
}

/** Of two Ingresses with one host and path, in whatever namespaces, the older one has it. */
function takenFindings(main: Ingress, { subject, around }: Facts): readonly PreflightFinding[] {
  const sameClass = (around.ingresses.items as readonly Ingress[]).filter(
    ({ spec }) => spec.ingressClassName === main.spec.ingressClassName,
  )
  const others = sameClass.filter(each => objectName(each) !== objectName(main))
  const alone = locations(nginxConfiguration([main]), main, subject)
  const found = nginxConfiguration([main, ...others])
  const taken = [...alone].flatMap(([host, own]) => {
    const led = found.servers.get(host) ?? []
    return own.flatMap(({ path, pathType, ingress }) => {
      const by = led.find(each => each.path === path && each.pathType === pathType)?.ingress ?? ingress
      return by === ingress ? [] : [`${host}${path} by Ingress ${by}`]
    })
  })
  return taken.length === 0
    ? []
    : [objection('route', 'warn', failures.INGRESS_PATHS_TAKEN({ ingress: objectName(main), taken: listed(taken) }))]
}

/** The rendered Ingress is applied while the canary carries everything: the canary Ingress must be heeded beside it too. */
function movedFindings(main: Ingress, { manifests, beside = [], service }: Subject): readonly PreflightFinding[] {
  const rendered = manifests.find(({ object }) => objectName(object) === objectName(main))?.object
  const canary = beside.find(({ metadata }) => metadata.name === routerOf(main)?.beside?.name(main.metadata.name))
  if (!rendered || !isIngress(rendered) || !canary || !isIngress(canary)) return []
  const { servers, canaries } = nginxConfiguration([rendered, canary])
  const led = [...servers.values()].flat().filter(({ upstream }) => upstream.service === service.metadata.name)
  const heeded = led.length > 0 && led.every(({ upstream }) => canaries.has(upstream.name))
  return heeded ? [] : [objection('route', 'refuse', failures.INGRESS_PATHS_MOVE({ ingress: objectName(main) }))]
}

type Servers = ReturnType<typeof nginxConfiguration>['servers']

/** Hosts and paths of an Ingress that lead to stable's Service. */
function locations(
  { servers }: { readonly servers: Servers },
  main: Ingress,
  { service }: Subject,
): ReadonlyMap<string, readonly NginxLocation[]> {
  const own = `${main.metadata.namespace ?? 'default'}/${main.metadata.name}`
  return new Map(
    [...servers].map(([host, all]) => [
      host,
      all.filter(({ ingress, upstream }) => ingress === own && upstream.service === service.metadata.name),
    ]),
  )
}

function emptyingFindings({ workload, next, first }: Subject): readonly PreflightFinding[] {
  if (first) return []
  const bad = [workload, next].map(emptying).find(each => each !== undefined)
  return bad === undefined
    ? []
    : [objection('route', 'refuse', failures.INGRESS_STABLE_EMPTIES({ workload: objectName(workload), strategy: bad }))]
}

/** In words, a strategy that may leave a workload without a ready pod. Kubernetes rounds a percentage down, and takes one away where it adds none. */
function emptying(workload: KubernetesObject): string | undefined {
  const { type, rollingUpdate = {} } = strategyOf(workload) as {
    readonly type?: string
    readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string }
  }
  if (type === 'Recreate') return 'strategy Recreate'
  const { replicas = 1 } = (workload.spec ?? {}) as { readonly replicas?: number }
  const { maxUnavailable = '25%', maxSurge = '25%' } = rollingUpdate
  const taken = Math.max(count(maxUnavailable, replicas), count(maxSurge, replicas, 'up') === 0 ? 1 : 0)
  return taken >= replicas ? `maxUnavailable ${maxUnavailable} of ${replicas} pods` : undefined
}

function count(of: number | string, replicas: number, round: 'up' | 'down' = 'down'): number {
  if (typeof of === 'number') return of
  const exact = (Number.parseFloat(of) / 100) * replicas
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact)
}

function unseenFindings({ around: { ingresses, ingressClasses } }: Facts): readonly PreflightFinding[] {
  const unseen = (what: string, why: string | undefined, means: string): readonly PreflightFinding[] =>
    why === undefined ? [] : [objection('route', 'unknown', failures.UNSEEN({ what, why, means }))]
  return [
    ...unseen('Ingresses of other namespaces', ingresses.unseen, 'whether an older one has a host and path is unknown'),
    ...unseen('IngressClasses', ingressClasses.unseen, 'whether ingress-nginx serves the Ingress is unknown'),
  ]
}
