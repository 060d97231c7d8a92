import { parse as parseYaml } from 'yaml'
import type { KubernetesObject } from '#base/index.ts'
import type { Write } from '../core.ts'
import { copy, isObject, type JsonObject } from '../json.ts'
import { resources } from '../kinds/all.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { DecodeError } from '../schema/decode.ts'
import { openEnvelope, readMessage } from '../schema/protobuf.ts'
import type { StructType } from '../schema/type.ts'
import { ApiError, badRequest, failure, type FieldError } from '../status.ts'
import { cannotHandle, decodeObject, reportUnknown } from './decode-object.ts'

/** JSON from a body that may be text, bytes read as text, or a value already. */
export function readJson(body: unknown, refuse: (because: string) => Error): unknown {
  if (body !== undefined && typeof body !== 'string') return copy(body)
  try {
    return JSON.parse(body ?? '') as unknown
  } catch (error) {
    throw refuse((body ?? '').trim() === '' ? 'unexpected end of JSON input' : (error as Error).message)
  }
}

const isProtobuf = (contentType: string | undefined): boolean => contentType?.startsWith('application/vnd.kubernetes.protobuf') ?? false

const unsupported = (): Error => {
  const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`
  return failure({ code: 415, reason: 'UnsupportedMediaType', message })
}

/** A body of any of the formats that clients send; 415 of another. `type` is what a protobuf message is read by. */
export function readFormat(type: StructType, body: unknown, contentType: string | undefined, refuse: (because: string) => Error): unknown {
  if (isProtobuf(contentType)) return readProtobuf(type, body)
  if (isYaml(contentType)) return readYaml(body)
  if (contentType && !/json/.test(contentType)) throw unsupported()
  return readJson(body, refuse)
}

function readProtobuf(type: StructType, body: unknown): JsonObject {
  if (!Buffer.isBuffer(body)) throw unsupported()
  try {
    const envelope = openEnvelope(body)
    if (!envelope) throw unsupported()
    const { apiVersion, kind, object } = envelope
    return { apiVersion, kind, ...readMessage(type, object) }
  } catch (error) {
    throw error instanceof ApiError ? error : badRequest(`the object provided is unrecognized: ${(error as Error).message}`)
  }
}

/** YAML (or JSON, which is YAML) of an applied configuration. */
export function readYaml(body: unknown): unknown {
  if (typeof body !== 'string') return copy(body)
  try {
    return parseYaml(body) as unknown
  } catch (error) {
    const [place] = (error as { linePos?: readonly { readonly line: number }[] }).linePos ?? []
    throw badRequest(
      `error decoding YAML: error converting YAML to JSON: yaml: line ${place?.line ?? 1}: did not find expected node content`,
    )
  }
}

const isYaml = (contentType: string | undefined): boolean => /yaml/.test(contentType ?? '')

/** The whole object of a POST or PUT, decoded. Throws 400 where it is none of this resource. */
export function readObject(
  resource: Resource,
  write: Write,
  body: unknown,
  contentType: string | undefined,
): { readonly object: KubernetesObject; readonly errors: readonly FieldError[] } {
  const raw = readFormat(resource.type(write.version), body, contentType, because => unrecognized(resource, body, because))
  if (!isObject(raw))
    throw unrecognized(resource, body, `json: cannot unmarshal ${Array.isArray(raw) ? 'array' : typeof raw} into Go value`)
  checkKind(resource, write.version, raw)
  try {
    const { object, unknown, errors } = decodeObject(resource, write.version, raw)
    reportUnknown(unknown, write, text => cannotHandle(resource, write.version, text))
    return { object, errors }
  } catch (error) {
    if (error instanceof DecodeError) throw cannotHandle(resource, write.version, error.message)
    throw error
  }
}

const unrecognized = (resource: Resource, body: unknown, because: string): Error => {
  const shown = typeof body === 'string' && body ? body : '<empty>'
  return badRequest(
    `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: ${because} (${shown})`,
  )
}

/** The place in the API server's own source that its error names. */
const schemeName = 'pkg/runtime/scheme.go:111'

/** A body that names no kind is taken as what the path says; one that names another is refused. */
function checkKind(resource: Resource, version: string, raw: JsonObject): void {
  const { apiVersion, kind } = raw
  if (resource.custom && (!apiVersion || !kind)) {
    const missing = kind ? 'apiVersion' : 'Kind'
    throw failure({ code: 400, reason: 'BadRequest', message: `Object '${missing}' is missing in '${JSON.stringify(raw)}'` })
  }
  const wanted = apiVersionOf(resource.group, version)
  if ((apiVersion ?? wanted) === wanted && (kind ?? resource.kind) === resource.kind) return
  throw badRequest(kindMismatch(resource, String(apiVersion ?? wanted), String(kind ?? resource.kind)))
}

function kindMismatch(resource: Resource, apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/')
  const version = parts.at(-1) ?? ''
  const group = parts.length > 1 ? (parts[0] ?? '') : ''
  const known = resources.some(other => other.group === group && other.kind === kind && other.versions.includes(version))
  const head = `${kind} in version "${version}" cannot be handled as a ${resource.kind}: `
  if (!known) return `${head}no kind "${kind}" is registered for version "${apiVersion}" in scheme "${schemeName}"`
  return `${head}converting (${version}.${kind}) to (${resource.group || 'core'}.${resource.kind}): unknown conversion`
}
