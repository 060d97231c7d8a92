import type { KubernetesObject } from '#base/index.ts'
import type { Write } from '../core.ts'
import { isObject, without, type JsonObject } from '../json.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { decode, markComplete } from '../schema/decode.ts'
import { readStructural } from '../schema/structural.ts'
import { builtInType } from '../schema/tables.ts'
import type { StructType } from '../schema/type.ts'
import { badRequest, type FieldError } from '../status.ts'

/** An object as the server's types hold it, in the version that the client speaks. */
export interface Decoded {
  readonly object: KubernetesObject
  /** Paths of fields that the type does not have. */
  readonly unknown: readonly string[]
  /** What a custom resource's schema refuses. */
  readonly errors: readonly FieldError[]
}

/** Reads an object by its resource's type. Throws DecodeError where a built-in type cannot hold it. */
export function decodeObject(resource: Resource, version: string, raw: JsonObject, defaults = true): Decoded {
  const body = without(raw, 'kind', 'apiVersion')
  const unknown: string[] = []
  const names = { kind: resource.kind, apiVersion: apiVersionOf(resource.group, version) }
  if (resource.custom) return decodeCustom(resource, version, body, names)
  const type = resource.type(version)
  if (!defaults) return { object: { ...names, ...decode(type, body, { defaults, unknown }) } as KubernetesObject, unknown, errors: [] }
  const known = knownSpec(type, body['spec'])
  const read = decode(type, known ? { ...body, spec: known } : body, { defaults, unknown })
  const object = { ...names, ...read } as KubernetesObject
  const made = resource.rules.defaults?.(object) ?? object
  if (unknown.length === 0 && !known) keepSpec(type, body['spec'], made.spec)
  return { object: known ? { ...made, spec: known } : made, unknown, errors: [] }
}

/**
 * Specs as they were read, with every default, by the spec that was given: the spec of an object that is written for its status or its metadata
 * is the one that is stored, and stays it. Values never change, so nothing has to be forgotten.
 */
const specs = new WeakMap<StructType, WeakMap<object, object>>()

const knownSpec = (type: StructType, given: unknown): object | undefined => (isObject(given) ? specs.get(type)?.get(given) : undefined)

function keepSpec(type: StructType, given: unknown, read: unknown): void {
  const specType = type.fields.get('spec')?.type
  if (specType?.is !== 'struct' || !isObject(given) || !isObject(read)) return
  const kept = specs.get(type) ?? new WeakMap<object, object>()
  specs.set(type, kept.set(given, read).set(read, read))
  markComplete(specType, read)
}

const objectMeta = builtInType('ObjectMeta')

function decodeCustom(resource: Resource, version: string, body: JsonObject, names: { kind: string; apiVersion: string }): Decoded {
  const unknown: string[] = []
  const errors: FieldError[] = []
  const metadata = decode(objectMeta, isObject(body['metadata']) ? body['metadata'] : {}, { defaults: false, unknown })
  const rest = readStructural(resource.type(version), without(body, 'metadata'), { unknown, errors }) as JsonObject
  return { object: { ...names, metadata, ...rest } as KubernetesObject, unknown, errors }
}

const empties = new Map<string, KubernetesObject>()

/** What an object of this resource is before anything is known of it: Go's zero value; of a custom resource, nothing. */
export function emptyObject(resource: Resource, version: string): KubernetesObject {
  const apiVersion = apiVersionOf(resource.group, version)
  if (resource.custom) return { kind: resource.kind, apiVersion } as KubernetesObject
  const key = `${apiVersion} ${resource.kind}`
  const known = empties.get(key) ?? decodeObject(resource, version, {}, false).object
  empties.set(key, known)
  return known
}

const strictly = (unknown: readonly string[]): string => `strict decoding error: ${complaints(unknown).join(', ')}`
const complaints = (unknown: readonly string[]): readonly string[] => unknown.toSorted().map(path => `unknown field "${path}"`)

/** Unknown fields are refused (by the error that `refuse` makes), warned of, or ignored: as the client asked. */
export function reportUnknown(unknown: readonly string[], { fieldValidation, warnings }: Write, refuse: (text: string) => Error): void {
  if (unknown.length === 0 || fieldValidation === 'Ignore') return
  if (fieldValidation === 'Strict') throw refuse(strictly(unknown))
  warnings.push(...complaints(unknown))
}

/** 400 of a whole object (POST, PUT) that cannot be read. */
export const cannotHandle = (resource: Resource, version: string, because: string): Error =>
  badRequest(`${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}: ${because}`)
