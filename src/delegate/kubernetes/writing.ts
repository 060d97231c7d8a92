import type { JsonPatch, KubernetesObject } from '#base/index.ts'
import { apiVersionOf, objectTarget, throwUnlessAbsent, type Api, type Target } from './api.ts'
import type { ApiRequest, ApiResponse } from './cluster.ts'
import type {
  Applied,
  ApplyOptions,
  Conflict,
  ObjectRef,
  Removed,
  RemoveOptions,
  Stale,
  WriteOptions,
  Written,
  WrittenObject,
} from './objects.ts'
import { withQuery } from './reading.ts'
import { failureOf, statusOf } from './status.ts'

export async function create(api: Api, object: KubernetesObject, options: WriteOptions, signal?: AbortSignal): Promise<Written> {
  const target = await objectTarget(api, 'create', refOf(object), signal)
  const collection = target.path.slice(0, target.path.lastIndexOf('/'))
  const path = withQuery(collection, { ...parameters(options), fieldValidation: 'Strict' })
  const response = await api.ask({ method: 'POST', path, body: inVersionOf(target, object) }, signal)
  if (response.status === 404) throwUnlessAbsent(response, target, object)
  return written(response, target)
}

export async function patch(
  api: Api,
  ref: ObjectRef,
  operations: JsonPatch,
  options: WriteOptions,
  signal?: AbortSignal,
): Promise<Written> {
  const target = await objectTarget(api, 'patch', ref, signal)
  const request: ApiRequest = {
    method: 'PATCH',
    path: withQuery(target.path, { ...parameters(options), fieldValidation: 'Strict' }),
    contentType: 'application/json-patch+json',
    body: operations,
  }
  const response = await api.ask(request, signal)
  if (response.status === 404) throwUnlessAbsent(response, target, ref)
  return written(response, target)
}

export async function apply(api: Api, object: KubernetesObject, options: ApplyOptions, signal?: AbortSignal): Promise<Applied> {
  const target = await objectTarget(api, 'patch', refOf(object), signal)
  const query = { ...parameters(options), fieldValidation: 'Strict', force: String(options.force ?? false) }
  const request: ApiRequest = {
    method: 'PATCH',
    path: withQuery(target.path, query),
    contentType: 'application/apply-patch+yaml',
    body: inVersionOf(target, object),
  }
  const response = await api.ask(request, signal)
  if (response.status === 404) throwUnlessAbsent(response, target, object)
  const conflicts = response.status === 409 ? conflictsOf(response) : []
  return conflicts.length > 0 ? { is: 'conflicts', conflicts } : written(response, target)
}

/** Scaling tests uid and generation, not resourceVersion: the status of a workload moves all the time. */
export function scalePatch(object: KubernetesObject, replicas: number): JsonPatch {
  const { uid = '', generation } = object.metadata
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...(generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation } as const]),
    { op: 'replace', path: '/spec/replicas', value: replicas },
  ]
}

export async function remove(api: Api, ref: ObjectRef, options: RemoveOptions, signal?: AbortSignal): Promise<Removed> {
  const target = await objectTarget(api, 'delete', ref, signal)
  const { uid, resourceVersion, propagation = 'Background' } = options
  const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: propagation,
    ...(uid || resourceVersion ? { preconditions } : {}),
  }
  const path = withQuery(target.path, { dryRun: options.dryRun ? 'All' : undefined })
  const response = await api.ask({ method: 'DELETE', path, body }, signal)
  if (response.status === 200 || response.status === 202) return { is: 'removed' }
  if (response.status === 404) {
    throwUnlessAbsent(response, target, ref)
    return { is: 'absent' }
  }
  return staleness(response) ?? fail(response, target)
}

/** Names an object that is at hand. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { name, namespace } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace !== undefined && { namespace }) }
}

function parameters(options: WriteOptions): Record<string, string | undefined> {
  return { fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined }
}

function inVersionOf(target: Target, object: KubernetesObject): KubernetesObject {
  return { ...object, apiVersion: apiVersionOf(target.resource) }
}

function written(response: ApiResponse, target: Target): WrittenObject | Stale {
  if (response.status === 200 || response.status === 201)
    return { is: 'written', object: response.body as KubernetesObject, warnings: response.warnings }
  return staleness(response) ?? fail(response, target)
}

function fail(response: ApiResponse, target: Target): never {
  throw failureOf(response, target.request)
}

/** Fields whose mismatch says that the object is not the one that was read. */
const identity = new Set(['metadata.uid', 'metadata.resourceVersion', 'metadata.generation'])

/**
 * 404: gone. 409: another version, another uid, or already there. 422 without details: a test or a removal of the patch did not find
 * what it expects (the server does not say which). 422 about an identity: deleted and made again.
 */
function staleness(response: ApiResponse): Stale | undefined {
  const { message, causes, details } = statusOf(response)
  const unexpected = causes.length === 0 ? details.name === undefined : causes.every(cause => identity.has(cause.field ?? ''))
  if (response.status === 404 || response.status === 409 || (response.status === 422 && unexpected)) return { is: 'stale', why: message }
  return undefined
}

/** A cause says `conflict with "helm" using apps/v1`; only there is the owner's name. */
const owner = /^conflict with "([^"]*)"/

function conflictsOf(response: ApiResponse): readonly Conflict[] {
  return statusOf(response)
    .causes.filter(cause => cause.reason === 'FieldManagerConflict')
    .map(cause => ({ manager: owner.exec(cause.message ?? '')?.[1] ?? '', field: cause.field ?? '' }))
}
