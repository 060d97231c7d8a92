import type { KubernetesObject } from '#base/index.ts'
import type { StepGoals, Subject } from '#model/preflight/index.ts'
import { apartProblemOf, canaryOf, isReady, objectKey, recordName, type Found, type Release, type Snapshot } from '#model/release/index.ts'
import { isGatewayRoute, parentsOf } from '#model/traffic/index.ts'

/** What has been read of a release, and every rendered object of it. */
interface LookedAt {
  readonly found: Found
  readonly manifests: Subject['manifests']
  /** Every Service of the namespace. */
  readonly services: readonly KubernetesObject[]
  readonly snapshot: Snapshot
}

/** The release as preflight looks at it: live objects, and rendered ones where there is none yet. */
export function preflightSubject(
  { found, manifests, services: all, snapshot }: LookedAt,
  release: Release,
  steps: readonly StepGoals[],
): Subject {
  const { services } = snapshot.names
  const { which, routes, rule, stable, pods, autoscalers, scaledObjects = [], dryRuns, next } = found
  return {
    namespace: release.namespace,
    steps,
    bypass: release.bypass,
    remoteEndpoints: release.remoteEndpoints ?? 'refuse',
    settle: release.settle.mode,
    subsets: which.rule ? [release.subsets.stable, release.subsets.canary] : [],
    ...(release.routes === undefined ? {} : { entries: release.routes }),
    host: which.host,
    service: serviceOf(found),
    services: all,
    routes: which.routes.map(route => routes.find(live => objectKey(live) === objectKey(route)) ?? route),
    unreadGateways: unreadGateways(found, release, steps),
    ...(found.beside ? { beside: besideOf(found, snapshot) } : {}),
    ...(which.rule ? { rule: { ...(rule ? { before: rule } : {}), after: ruleAfter(which.rule, dryRuns) } } : {}),
    workload: stable ?? which.workload,
    next,
    canary: canaryOf(which),
    ...(services ? { isolated: { service: services.canary, kept: services.kept, label: services.label } } : {}),
    pods,
    first: !pods.some(isReady),
    record: recordName(release.name),
    autoscalers,
    scaledObjects,
    manifests,
  }
}

/** Every gateway must do what needs no support by name: that run needs no right to read it. */
function unreadGateways(
  { which, routes, support }: Found,
  release: Release,
  steps: readonly StepGoals[],
): Subject['unreadGateways'] & object {
  const unread = new Set(support?.flatMap(({ parent, by }) => (by ? [] : [parent])))
  const goals = steps.flatMap(step => step.goals)
  if (unread.size === 0 || !apartProblemOf(which, goals, release, support)) return []
  return parentsOf([...routes, ...which.routes].filter(isGatewayRoute)).flatMap(({ text, gateway }) =>
    gateway && unread.has(text) ? [gateway] : [],
  )
}

/** What holds splits beside their routes: live, or as the run will make it. */
function besideOf({ beside = [] }: Found, { names }: Snapshot): readonly KubernetesObject[] {
  return names.routes.flatMap(({ kind, name, made }) => {
    const live = beside.find(each => each.kind === kind && each.metadata.name === name)
    return live ?? (made === undefined ? [] : (made as unknown as KubernetesObject))
  })
}

/** The rule as the server would store it. */
function ruleAfter(rule: KubernetesObject, dryRuns: Found['dryRuns']): KubernetesObject {
  return dryRuns.find(({ manifest }) => objectKey(manifest) === objectKey(rule))?.after ?? rule
}

/** A Service among the manifests may have been given a port by the server. */
function serviceOf({ which, dryRuns }: Found): KubernetesObject {
  return dryRuns.find(({ manifest }) => objectKey(manifest) === objectKey(which.service))?.live ?? which.service
}
