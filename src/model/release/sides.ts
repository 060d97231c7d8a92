import { remembered, type KubernetesObject } from '#base/index.ts'
import type { Observed, Run, Seen } from './observed.ts'
import { isSurging, strategiesAtRest } from './surge.ts'
import type { CanaryView, StableView, Version } from './view.ts'
import { HASH, imageIds, isReady, ownedBy, podStatus, replicasOf, specOf, templateOf, TRACK, versionKey } from './workload.ts'

/** Which version a template is. */
export function versionOf(template: unknown, { snapshot }: Run): Version {
  const apart = snapshot.names.services?.label.key
  const key = versionKey(template, apart)
  return {
    before: snapshot.stable !== undefined && key === versionKey(snapshot.stable.template, apart),
    next: key === versionKey(snapshot.next.template, apart),
  }
}

/** A Deployment's ReplicaSets with the pods of each. */
interface Revision {
  readonly set: KubernetesObject
  readonly hash: string
  readonly template: unknown
  readonly pods: readonly KubernetesObject[]
}

function revisions(deployment: KubernetesObject | undefined, { replicaSets, pods }: Observed): readonly Revision[] {
  return deployment ? revisionsIn(replicaSets, pods).filter(({ set }) => ownedBy(set, deployment)) : []
}

const revisionsIn = remembered((replicaSets: readonly KubernetesObject[], pods: readonly KubernetesObject[]): readonly Revision[] =>
  replicaSets.map(set => ({
    set,
    hash: set.metadata.labels?.[HASH] ?? '',
    template: (set.spec as { readonly template?: unknown } | undefined)?.template,
    pods: pods.filter(pod => ownedBy(pod, set)),
  })),
)

const addressOf = (pod: KubernetesObject): string => podStatus(pod).podIP ?? ''
const isAlive = (pod: KubernetesObject): boolean => pod.metadata.deletionTimestamp === undefined

function known(pods: readonly KubernetesObject[], seen: Seen): number {
  return pods.filter(pod => isReady(pod) && seen.endpoints.known.includes(addressOf(pod))).length
}

export function stableView(observed: Observed, seen: Seen, run: Run, subsetHash: string | undefined): StableView {
  const { stable } = observed
  const all = revisions(stable, observed)
  const current = all.find(revision => versionKey(revision.template) === versionKey(templateOf(stable)))
  const pods = current?.pods ?? []
  const others = all.filter(revision => revision !== current).flatMap(revision => revision.pods.filter(isAlive))
  const paused = specOf(stable).paused === true
  return {
    version: stableVersion(stable, run),
    paused,
    replicas: replicasOf(stable),
    hash: current?.hash,
    onlyCurrent: others.length === 0 && pods.some(isAlive),
    rolling: !paused && others.length > 0,
    surging: isSurging(stable, strategiesAtRest(run)),
    ready: pods.filter(isReady).length,
    known: known(pods, seen),
    subset: run.snapshot.names.services ? serviceView(all, current?.hash, seen, run) : subsetView(all, seen, run, subsetHash),
    strays: strays(observed, seen),
    sameImages: sameImages(pods, observed),
    failing: seen.failing.stable,
  }
}

/** No workload where there was none before is how it was before. */
function stableVersion(stable: KubernetesObject | undefined, run: Run): Version {
  return stable ? versionOf(templateOf(stable), run) : { before: run.snapshot.stable === undefined, next: false }
}

function subsetView(all: readonly Revision[], seen: Seen, run: Run, hash: string | undefined): StableView['subset'] {
  const selected = all.find(revision => revision.hash === hash)
  const pods = (selected?.pods ?? []).filter(isAlive)
  const addresses = new Set(pods.map(addressOf))
  const listed = seen.endpoints.listed.filter(
    endpoint => hash !== undefined && endpoint.labels[HASH] === hash && endpoint.labels[TRACK] === undefined,
  )
  return {
    hash,
    version: selected ? versionOf(selected.template, run) : { before: false, next: false },
    alive: pods.length,
    known: known(pods, seen),
    stale: listed.filter(endpoint => !addresses.has(endpoint.address) && !endpoint.onlyCutOff).length,
  }
}

/** The stable Service selects every pod of the workload, of whatever revision: it stands for a version while all of them have it. */
function serviceView(all: readonly Revision[], hash: string | undefined, seen: Seen, run: Run): StableView['subset'] {
  const living = all.filter(revision => revision.pods.some(isAlive))
  const versions = living.map(revision => versionOf(revision.template, run))
  const pods = living.flatMap(revision => revision.pods.filter(isAlive))
  const addresses = new Set(pods.map(addressOf))
  const listed = seen.endpoints.listed.filter(({ labels }) => labels[TRACK] === undefined)
  return {
    hash,
    version: {
      before: versions.length > 0 && versions.every(each => each.before),
      next: versions.length > 0 && versions.every(each => each.next),
    },
    alive: pods.length,
    known: known(pods, seen),
    stale: listed.filter(endpoint => !addresses.has(endpoint.address) && !endpoint.onlyCutOff).length,
  }
}

function strays(observed: Observed, seen: Seen): number {
  const alive = new Set(observed.pods.filter(isAlive).map(addressOf))
  return seen.endpoints.listed.filter(({ address, labels }) => labels[TRACK] === undefined && !alive.has(address)).length
}

/** Undefined until both sides have told the images that they really run. */
function sameImages(pods: readonly KubernetesObject[], observed: Observed): boolean | undefined {
  const ids = (list: readonly KubernetesObject[]): ReadonlySet<string> => new Set(list.filter(isReady).flatMap(pod => imageIds(pod) ?? []))
  const [mine, tried] = [ids(pods), ids(canaryPods(observed))]
  return mine.size === 0 || tried.size === 0 ? undefined : [...mine].every(id => tried.has(id))
}

function canaryPods(observed: Observed): readonly KubernetesObject[] {
  return revisions(observed.canary, observed).flatMap(revision => revision.pods)
}

export function canaryView(observed: Observed, seen: Seen, run: Run): CanaryView {
  const { canary } = observed
  const template = templateOf(canary)
  const current = revisions(canary, observed).find(revision => versionKey(revision.template) === versionKey(template))
  const labelled = observed.pods.filter(pod => pod.metadata.labels?.[TRACK] === 'canary').map(addressOf)
  const listed = seen.endpoints.listed.filter(endpoint => endpoint.labels[TRACK] === 'canary').map(endpoint => endpoint.address)
  return {
    exists: canary !== undefined,
    version: canary ? versionOf(template, run) : { before: false, next: false },
    replicas: canary ? replicasOf(canary) : 0,
    ready: (current?.pods ?? []).filter(isReady).length,
    known: known(current?.pods ?? [], seen),
    listed: new Set([...labelled, ...listed]).size,
    mixedImages: new Set((current?.pods ?? []).filter(isReady).flatMap(pod => imageIds(pod) ?? [])).size > 1,
    failing: seen.failing.canary,
  }
}
