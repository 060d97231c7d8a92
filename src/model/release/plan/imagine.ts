import type { Json, KubernetesObject } from '#base/index.ts'
import { canaryName } from '#model/manifests/index.ts'
import { recordName } from '../claims.ts'
import { canonical, equal, withValueAt } from '../leaves.ts'
import { manifestOf, objectKey, type Observed, type Run, type Seen } from '../observed.ts'
import { MANAGER, RUN_MANAGER } from '../ownership.ts'
import { keyOf } from '../plain/entries.ts'
import { floorKind } from '../snapshot.ts'
import { HASH, ownedBy, podStatus, replicasOf, specOf, templateOf, versionKey } from '../workload.ts'
import type { Write } from '../writes/write.ts'
import { ownedByPatch, ownedWhole } from './owners.ts'

/**
 * The world after a write, as a plan imagines it: the write is taken, controllers have done their work, every pod is ready and every proxy
 * knows. Values that only the run can know (hashes, addresses) are placeholders in angle brackets.
 */
export function imagine(observed: Observed, write: Write, run: Run): Observed {
  return withPods(put(observed, write, run))
}

/** What every imagined look at the mesh sees: everything has come everywhere. */
export function imaginedSight(observed: Observed, applied: ReadonlySet<string>): Seen {
  const everywhere = { reached: 'removal', says: 'everywhere', acknowledged: 1, expected: 1, missing: [] } as const
  const addresses = observed.pods.map(pod => podStatus(pod).podIP ?? '')
  const listed = observed.pods.map((pod, index) => ({ address: addresses[index] ?? '', labels: pod.metadata.labels ?? {} }))
  return {
    route: everywhere,
    sides: everywhere,
    endpoints: { known: addresses, listed, complete: true, says: '' },
    drained: true,
    applied,
    failing: {},
  }
}

function put(observed: Observed, write: Write, run: Run): Observed {
  const after = write.is === 'delete' ? undefined : stored(write, run)
  return { ...observed, ...slot(write.object, after, observed, run) }
}

function stored(write: Exclude<Write, { is: 'delete' }>, run: Run): KubernetesObject {
  const after = afterWrite(write)
  if (run.release.plain === undefined) return asStored(after, run)
  return write.is === 'apply' ? asTried(after, run) : after
}

/** The server fills in defaults of a template: the inspection's dry run has shown with which ones the next version's is stored. */
function asStored(object: KubernetesObject, run: Run): KubernetesObject {
  const { snapshot } = run
  if (object.kind !== 'Deployment' || object.metadata.name !== snapshot.names.workload) return object
  const applied = equal(specOf(object).template as Json, specOf(manifestOf(object, run)).template as Json)
  return applied ? { ...object, spec: { ...(object.spec as object), template: snapshot.next.template } as Json } : object
}

/** The same of a plain release, whose every manifest has been tried. */
function asTried(object: KubernetesObject, { snapshot }: Run): KubernetesObject {
  const leaves = snapshot.manifests.find(entry => keyOf(entry) === objectKey(object))?.before?.leaves ?? []
  return leaves.reduce((copy, { path, after }) => withValueAt(copy, path, after as Json | undefined), object)
}

type Field = 'rule' | 'canaryService' | 'stable' | 'canary' | 'autoscaler' | 'record'

/** The field of Observed that holds an object, with the object put or taken out. */
function slot(object: KubernetesObject, after: KubernetesObject | undefined, observed: Observed, run: Run): Partial<Observed> {
  const field = fieldsOf(run).find(([kind, name]) => object.kind === kind && object.metadata.name === name)?.[2]
  if (field) return { [field]: after } as Partial<Observed>
  if (run.snapshot.names.routes.some(named => isNamed(named, object)))
    return { routes: inOrder([...observed.routes.filter(each => objectKey(each) !== objectKey(object)), ...(after ? [after] : [])], run) }
  if (object.kind === 'Lease')
    return { leases: [...observed.leases.filter(each => objectKey(each) !== objectKey(object)), ...(after ? [after] : [])] }
  const { [objectKey(object)]: _, ...others } = observed.others
  return { others: after ? { ...others, [objectKey(object)]: after } : others }
}

/** Routes stand in the order of the snapshot's names, as a look at the cluster gives them. */
function inOrder(routes: readonly KubernetesObject[], { snapshot }: Run): readonly KubernetesObject[] {
  return snapshot.names.routes.flatMap(named => routes.find(route => isNamed(named, route)) ?? [])
}

function isNamed({ kind, name }: { readonly kind: string; readonly name: string }, object: KubernetesObject): boolean {
  return object.kind === kind && object.metadata.name === name
}

function fieldsOf({ snapshot, release }: Run): readonly (readonly [kind: string, name: string | undefined, field: Field])[] {
  const { names, autoscaler } = snapshot
  return [
    ['DestinationRule', names.rule?.name, 'rule'],
    ['Service', names.services?.canary, 'canaryService'],
    ['Deployment', names.workload, 'stable'],
    ['Deployment', canaryName(names.workload), 'canary'],
    [floorKind(autoscaler), autoscaler?.name, 'autoscaler'],
    ['ConfigMap', recordName(release.name), 'record'],
  ]
}

function afterWrite(write: Exclude<Write, { is: 'delete' }>): KubernetesObject {
  if (write.is === 'create')
    return ownedWhole({ ...write.object, metadata: { uid: newUid(write.object), ...write.object.metadata } }, undefined, RUN_MANAGER)
  if (write.is === 'apply') return ownedWhole(merged(write.object, write.live), write.live, MANAGER)
  const managed = write.patch.find(operation => operation.path === '/metadata/managedFields')
  const generation = (write.object.metadata.generation ?? 1) + (equal(write.object.spec, write.after.spec) ? 0 : 1)
  const after = { ...write.after, metadata: { ...write.after.metadata, generation } }
  if (managed && managed.op !== 'remove')
    return { ...after, metadata: { ...after.metadata, managedFields: managed.value as readonly Json[] } }
  return ownedByPatch(after, write)
}

function newUid(object: KubernetesObject): string {
  return `<uid of ${objectKey(object)}>`
}

/** A server-side apply by us: what the manifest says over what is there. Maps are merged; a workload's template is the manifest's. */
function merged(object: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  if (!live) return { ...object, metadata: { ...object.metadata, uid: newUid(object), generation: 1 } }
  const metadata = { ...live.metadata, labels: { ...live.metadata.labels, ...object.metadata.labels } }
  const annotations = { ...live.metadata.annotations, ...object.metadata.annotations }
  const { apiVersion: _, kind: __, metadata: ___, spec, ...rest } = object
  const both = typeof live.spec === 'object' && typeof spec === 'object' ? { ...live.spec, ...spec } : (spec ?? live.spec)
  return { ...live, ...rest, metadata: { ...metadata, annotations }, ...(both === undefined ? {} : { spec: both }) }
}

/** What the controllers would have done by the time that everything is quiet. */
function withPods(observed: Observed): Observed {
  const sides = [observed.stable, observed.canary].map(deployment => rolledOut(deployment, observed))
  return { ...observed, replicaSets: sides.flatMap(side => side.replicaSets), pods: sides.flatMap(side => side.pods) }
}

interface RolledOut {
  readonly replicaSets: readonly KubernetesObject[]
  readonly pods: readonly KubernetesObject[]
}

function rolledOut(deployment: KubernetesObject | undefined, observed: Observed): RolledOut {
  if (!deployment) return { replicaSets: [], pods: [] }
  const sets = observed.replicaSets.filter(set => ownedBy(set, deployment))
  const own = observed.pods.filter(pod => sets.some(set => ownedBy(pod, set)))
  const current = sets.find(set => versionKey(templateOf(set)) === versionKey(templateOf(deployment)))
  if (specOf(deployment).paused === true && sets.length > 0) return { replicaSets: sets, pods: scaled(own, sets[0], deployment) }
  const set = current ?? newSet(deployment)
  const pods = own.filter(pod => ownedBy(pod, set))
  return { replicaSets: current ? sets : [...sets, set], pods: scaled(pods, set, deployment) }
}

/** As many pods as the workload wants: present ones first, then imagined ones. */
function scaled(
  pods: readonly KubernetesObject[],
  set: KubernetesObject | undefined,
  deployment: KubernetesObject,
): readonly KubernetesObject[] {
  const wanted = replicasOf(deployment)
  const missing = Math.max(0, wanted - pods.length)
  const made = set ? Array.from({ length: missing }, (_, index) => newPod(set, deployment, pods.length + index + 1)) : []
  return [...pods.slice(0, wanted), ...made]
}

function newSet(deployment: KubernetesObject): KubernetesObject {
  const template = templateOf(deployment)
  const hash = `<hash of ${deployment.metadata.name} ${short(canonical(template))}>`
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      uid: `<uid of ReplicaSet ${hash}>`,
      labels: { ...template.metadata?.labels, [HASH]: hash },
      ownerReferences: [owner(deployment)],
    },
    spec: { template },
  }
}

/** Tells templates apart within one plan; not a hash that any server would compute. */
function short(text: string): string {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0
  return sum.toString(36)
}

function newPod(set: KubernetesObject, deployment: KubernetesObject, number: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${set.metadata.name}-<pod ${number}>`, labels: set.metadata.labels ?? {}, ownerReferences: [owner(set)] },
    spec: templateOf(deployment).spec,
    status: { podIP: `<address of ${set.metadata.name} ${number}>`, conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

function owner({ apiVersion, kind, metadata }: KubernetesObject): {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller: boolean
} {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true }
}
