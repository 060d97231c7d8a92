import type { KubernetesObject } from '#base/index.ts'
import { resourceSubject, type Core, type Write } from '../core.ts'
import { difference, has, single, union, noFields } from '../fields/field-set.ts'
import { sameOwner, writeOwnerships, type Ownership } from '../fields/managers.ts'
import { timestamp } from '../identity.ts'
import { isObject, type JsonObject } from '../json.ts'
import type { Resource } from '../resource.ts'
import { decode, DecodeError } from '../schema/decode.ts'
import { builtInType } from '../schema/tables.ts'
import { badRequest, invalid, stale } from '../status.ts'
import { selectorText } from '../table/column.ts'
import { invalidValue } from '../validation/field-errors.ts'
import { badPatch, readPatch, type PatchType } from './patch.ts'
import { ownerOf, storedOwnerships } from './tracking.ts'
import { storedObject, updateObject, type Place } from './update.ts'

interface Scalable extends KubernetesObject {
  readonly spec: { readonly replicas?: number; readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } }
  readonly status?: { readonly replicas?: number }
}

const scaleType = builtInType('Scale')
const replicasPath = ['f:spec', 'f:replicas']
const replicasField = single(replicasPath)

/** The Scale of a workload: how many there are to be and how many there are. */
export function scaleOf(object: KubernetesObject): JsonObject {
  const { metadata, spec, status } = object as Scalable
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const owners = storedOwnerships(object)
    .filter(({ fields }) => has(fields, replicasPath))
    .map(entry => ({ ...entry, apiVersion: 'autoscaling/v1', time: undefined, fields: replicasField }))
  const managedFields = writeOwnerships(owners)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, ...(managedFields ? { managedFields } : {}) },
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec.selector) },
  }
}

export const readScale = (core: Core, resource: Resource, place: Place): JsonObject => scaleOf(storedObject(core, resource, place))

/** Replaces the Scale by `next`, as far as its replicas go. */
export function writeScale(core: Core, resource: Resource, place: Place, write: Write, next: JsonObject): JsonObject {
  const old = storedObject(core, resource, place)
  const { metadata, spec } = next as { metadata?: JsonObject; spec?: { replicas?: number } }
  const version = metadata?.['resourceVersion']
  if (version && version !== old.metadata.resourceVersion) throw stale(resourceSubject(resource, place.name))
  const replicas = spec?.replicas ?? 0
  if (replicas < 0) {
    const error = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')
    throw invalid({ group: 'autoscaling', resource: 'Scale', name: place.name }, [error])
  }
  const object = updateObject(core, resource, place, write, live => ({
    object: { ...live, spec: { ...(live.spec as object), replicas } },
    errors: [],
    ownerships: ownershipsAfter(core, resource, live as Scalable, replicas, write),
  }))
  return scaleOf(object)
}

/** Who sets another number owns it alone. */
function ownershipsAfter(core: Core, resource: Resource, live: Scalable, replicas: number, write: Write): readonly Ownership[] {
  const known = storedOwnerships(live)
  if (known.length === 0 || live.spec.replicas === replicas) return known
  const owner = ownerOf(resource, write, 'Update')
  const own = known.find(entry => sameOwner(entry, owner))
  const others = known.filter(entry => entry !== own).map(entry => ({ ...entry, fields: difference(entry.fields, replicasField) }))
  return [...others, { ...owner, time: timestamp(core.clock.now()), fields: union(own?.fields ?? noFields, replicasField) }]
}

/** A JSON, merge or strategic patch of the Scale. */
export function patchScale(
  core: Core,
  resource: Resource,
  place: Place,
  write: Write,
  request: { readonly type: PatchType; readonly body: unknown },
): JsonObject {
  if (request.type === 'apply') throw badRequest('the sandbox does not apply to /scale: patch it, or apply the object')
  const patch = readPatch(request.type, scaleType, request.body)
  const live = readScale(core, resource, place)
  const patched = patch.apply(live)
  try {
    return writeScale(core, resource, place, write, decode(scaleType, patched, { defaults: false, unknown: [] }))
  } catch (error) {
    if (error instanceof DecodeError) throw badPatch(patch.show(patched), error.message)
    throw error
  }
}

/** The Scale of a PUT's body. */
export function decodeScale(body: unknown): JsonObject {
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type Scale)')
  return decode(scaleType, body, { defaults: false, unknown: [] })
}
