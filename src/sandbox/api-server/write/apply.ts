import type { KubernetesObject } from '#base/index.ts'
import { resourceSubject, type Core, type Write } from '../core.ts'
import { noFields, type FieldSet } from '../fields/field-set.ts'
import type { Owner, Ownership } from '../fields/managers.ts'
import { afterUpdate, apply, unchangedSince, type Applied } from '../fields/ownership.ts'
import { typedErrors } from '../fields/typed-errors.ts'
import { isObject, without, type JsonObject } from '../json.ts'
import { apiVersionOf, resourceName, type Resource } from '../resource.ts'
import { badRequest, conflict, failure, notFound } from '../status.ts'
import { createObject } from './create.ts'
import { decodeObject, emptyObject } from './decode-object.ts'
import { readYaml } from './read-body.ts'
import { ownerOf, storedOwnerships, trackingOf } from './tracking.ts'
import { updateObject, type Place } from './update.ts'

/** Server-side apply: creates the object, or merges the configuration into it. Tells which. */
export function applyObject(
  core: Core,
  resource: Resource,
  place: Place,
  write: Write,
  request: { readonly body: unknown; readonly force: boolean },
): { readonly object: KubernetesObject; readonly created: boolean } {
  const config = readConfiguration(resource, place, write, request.body)
  const present = core.store.get(resourceName(resource), resource.namespaced ? place.namespace : '', place.name)
  if (present) {
    const object = updateObject(core, resource, place, write, live => {
      const applied = merge(core, resource, write, { live, config, force: request.force })
      const { object: next, errors } = decodeObject(resource, write.version, applied.object as JsonObject)
      return { object: next, errors, ownerships: applied.ownerships }
    })
    return { object, created: false }
  }
  if (write.subresource) throw notFound(resourceSubject(resource, place.name))
  return { object: create(core, resource, place, write, config), created: true }
}

function create(core: Core, resource: Resource, { namespace, name }: Place, write: Write, config: JsonObject): KubernetesObject {
  const metadata = isObject(config['metadata']) ? config['metadata'] : {}
  if (metadata['uid'])
    throw conflict(
      resourceSubject(resource, name),
      `uid mismatch: the provided object specified uid ${String(metadata['uid'])}, and no existing object was found`,
    )
  const fresh = { ...config, metadata: without(metadata, 'resourceVersion') }
  const live = emptyObject(resource, write.version)
  const applied = merge(core, resource, write, { live, config: fresh, force: false })
  const { object, errors } = decodeObject(resource, write.version, applied.object as JsonObject)
  return createObject(core, resource, { namespace, object, errors, ownerships: applied.ownerships }, write)
}

/** Reads and checks the body of an apply. */
function readConfiguration(resource: Resource, { name }: Place, write: Write, body: unknown): JsonObject {
  const config = readYaml(body)
  if (!isObject(config)) throw badRequest('error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}')
  const apiVersion = typeof config['apiVersion'] === 'string' ? config['apiVersion'] : ''
  const kind = typeof config['kind'] === 'string' ? config['kind'] : ''
  const wanted = apiVersionOf(resource.group, write.version)
  if (kind !== resource.kind || apiVersion !== wanted)
    throw badRequest(`invalid object type: ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`)
  const metadata = isObject(config['metadata']) ? config['metadata'] : {}
  if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) throw badRequest('metadata.managedFields must be nil')
  const named = metadata['name'] ?? name
  if (named !== name) throw badRequest(`the name of the object (${String(named)}) does not match the name on the URL (${name})`)
  checkTypes(resource, write, config)
  return { ...config, metadata: { ...metadata, name } }
}

/** An apply must fit the type: unknown fields and other types are refused. */
function checkTypes(resource: Resource, { version }: Write, config: JsonObject): void {
  const errors = typedErrors(resource.type(version), without(config, 'apiVersion', 'kind'))
  if (errors.length === 0) return
  const { name = '', namespace = '' } = (config['metadata'] ?? {}) as { name?: string; namespace?: string }
  const what = `${namespace}/${name}; ${resource.group}/${version}, Kind=${resource.kind}`
  const [first] = errors
  const text = errors.length === 1 ? first : `errors:\n${errors.map(error => `  ${error}`).join('\n')}`
  throw failure({ code: 500, message: `failed to create typed patch object (${what}): ${text}` })
}

/** Objects that nobody tracked until the first apply are owned by this manager. */
const beforeFirstApply = 'before-first-apply'

interface Merging {
  readonly live: KubernetesObject
  readonly config: JsonObject
  readonly force: boolean
}

function merge(core: Core, resource: Resource, write: Write, { live, config, force }: Merging): Applied {
  const tracking = trackingOf(core, resource, write)
  const owner = ownerOf(resource, write, 'Apply')
  const bare = without(config, 'apiVersion', 'kind')
  const relevant = tracking.ignored.reduce((made, [step = '']) => without(made, step.slice(2)), bare)
  const ownerships = begin(core, resource, write, live)
  const forgiven = forgivenToKubectl(resource, write, live)
  const body = without(live, 'apiVersion', 'kind') as JsonObject
  const applied = apply(tracking, body, relevant, ownerships, { owner, force, forgiven })
  const object = { apiVersion: live.apiVersion, kind: live.kind, ...applied.object }
  return { ...applied, object: write.manager === kubectl ? withLastApplied(object, live, config) : object }
}

function begin(core: Core, resource: Resource, write: Write, live: KubernetesObject): readonly Ownership[] {
  const known = live.metadata ? storedOwnerships(live) : []
  if (known.length > 0 || !live.metadata?.uid) return known
  const owner: Owner = { ...ownerOf(resource, write, 'Update'), manager: beforeFirstApply, subresource: '' }
  return afterUpdate(trackingOf(core, resource, write), emptyObject(resource, write.version), live, [], owner)
}

const kubectl = 'kubectl'
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** kubectl alone may take over, without a conflict, what its own client-side apply wrote and nobody has changed since. */
function forgivenToKubectl(resource: Resource, write: Write, live: KubernetesObject): FieldSet {
  const text = live.metadata?.annotations?.[lastApplied]
  if (write.manager !== kubectl || !text) return noFields
  try {
    const config = JSON.parse(text) as JsonObject
    return unchangedSince(resource.type(write.version), without(config, 'apiVersion', 'kind'), without(live, 'apiVersion', 'kind'))
  } catch {
    return noFields
  }
}

/** kubectl's server-side apply keeps its client-side annotation in step, where there is one. */
function withLastApplied(object: object, live: KubernetesObject, config: JsonObject): object {
  if (!live.metadata?.annotations?.[lastApplied]) return object
  const metadata = isObject(config['metadata']) ? config['metadata'] : {}
  const annotations = isObject(metadata['annotations']) ? without(metadata['annotations'], lastApplied) : {}
  const text = `${JSON.stringify({ ...config, metadata: { ...metadata, annotations } })}\n`
  const made = object as KubernetesObject
  return { ...made, metadata: { ...made.metadata, annotations: { ...made.metadata.annotations, [lastApplied]: text } } }
}
