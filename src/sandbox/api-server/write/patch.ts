import type { KubernetesObject } from '#base/index.ts'
import type { Core, Write } from '../core.ts'
import { isObject, type JsonObject } from '../json.ts'
import { goText } from '../patch/go-text.ts'
import { jsonPatch } from '../patch/json.ts'
import { mergePatch } from '../patch/merge.ts'
import { strategicMergePatch } from '../patch/strategic.ts'
import type { Resource } from '../resource.ts'
import { DecodeError } from '../schema/decode.ts'
import type { StructType } from '../schema/type.ts'
import { badRequest, failure, invalid } from '../status.ts'
import { decodeObject, reportUnknown } from './decode-object.ts'
import { readJson } from './read-body.ts'
import { withoutOwners } from './tracking.ts'
import { updateObject, type Next, type Place } from './update.ts'

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

const types: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

/** The kind of patch that a content type names; 415 where the resource does not take it. */
export function patchTypeOf(resource: Resource, contentType: string | undefined): PatchType {
  const type = types[contentType?.split(';')[0]?.trim() ?? '']
  if (type && !(resource.custom && type === 'strategic')) return type
  if (!resource.custom) throw unsupportedMediaType('415: Unsupported Media Type', true)
  const accepted = Object.keys(types).filter(name => types[name] !== 'strategic')
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    false,
  )
}

const unsupportedMediaType = (message: string, details: boolean): Error =>
  failure({ code: 415, reason: 'UnsupportedMediaType', message, ...(details ? { details: {} } : {}) })

/** A patch, carried out on JSON: what it makes of a live object. */
export interface Patch {
  apply(live: JsonObject): JsonObject
  /** The patched object as an error shows it. */
  show(patched: JsonObject): string
}

/** Reads a patch that is no apply. */
export function readPatch(type: Exclude<PatchType, 'apply'>, schema: StructType, body: unknown): Patch {
  const patch = readJson(body, because => badRequest(`error decoding patch: ${because}`))
  if (type === 'json') return { apply: live => asObject(jsonPatch(live, patch)), show: sortedJson }
  if (!isObject(patch)) throw badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}')
  if (type === 'merge') return { apply: live => asObject(mergePatch(live, patch)), show: sortedJson }
  return { apply: live => strategicMergePatch(schema, live, patch), show: () => goText(patch) }
}

/** Go's patch library sorts the keys of the document that it touched. */
const sortedJson = (patched: JsonObject): string =>
  JSON.stringify(Object.fromEntries(Object.entries(patched).toSorted(([a], [b]) => (a < b ? -1 : 1))))

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {})

/** 422 of a patch whose result is none of this type: it names neither kind nor object. */
export const badPatch = (shown: string, because: string): Error =>
  invalid({ group: '', resource: '', name: '' }, [
    { reason: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${JSON.stringify(shown)}: ${because}` },
  ])

/** Strategic patches are carried out on typed values, whose complaints are their own. */
const strategicText = (message: string): string => {
  const [, is, wanted = ''] = /cannot unmarshal (\w+) into Go struct field \S+ of type (\S+)$/.exec(message) ?? []
  if (!is) return message
  if (wanted.startsWith('[]')) return `cannot restore slice from ${is}`
  if (wanted.startsWith('map')) return `cannot restore map from ${is}`
  return /^[A-Z]/.test(wanted) ? `cannot restore struct from: ${is}` : message
}

/** Carries out a patch on what is stored; returns the object as stored. */
export function patchObject(
  core: Core,
  resource: Resource,
  place: Place,
  write: Write,
  request: { readonly type: Exclude<PatchType, 'apply'>; readonly body: unknown },
): KubernetesObject {
  const patch = readPatch(request.type, resource.type(write.version), request.body)
  return updateObject(core, resource, place, write, live => decodePatched(resource, write, patch, live, request.type))
}

function decodePatched(resource: Resource, write: Write, patch: Patch, live: KubernetesObject, type: PatchType): Next {
  const patched = patch.apply(live)
  try {
    if (patched['kind'] !== undefined && patched['kind'] !== resource.kind)
      throw new DecodeError(`no kind ${JSON.stringify(patched['kind'])} is registered for version "${String(patched['apiVersion'])}"`)
    const { object, unknown, errors } = decodeObject(resource, write.version, withoutOwners(patched, live))
    reportUnknown(unknown, write, text => badPatch(patch.show(patched), text))
    return { object, errors }
  } catch (error) {
    if (error instanceof DecodeError)
      throw badPatch(patch.show(patched), type === 'strategic' ? strategicText(error.message) : error.message)
    throw error
  }
}
