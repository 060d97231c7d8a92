import { isObject } from '../json.ts'
import type { Field, ScalarName, StructType, Type } from './type.ts'

/**
 * Protobuf as Kubernetes clients send it: four bytes of magic, then an envelope with kind, version and the object's own bytes.
 * Read into JSON, which then goes the way of every JSON body.
 */
const magic = Buffer.from('k8s\0')

/** One field as it stands on the wire. */
interface Wire {
  readonly number: number
  readonly value: bigint | Buffer
}

/** Wire types that Kubernetes uses: varint, 64 bits, length and bytes, 32 bits. */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 }

function readVarint(bytes: Buffer, from: number): { readonly value: bigint; readonly next: number } {
  let value = 0n
  for (let next = from, shift = 0n; next < bytes.length; next++, shift += 7n) {
    const byte = bytes[next] ?? 0
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return { value, next: next + 1 }
  }
  throw new Error('protobuf: the message ends in the middle of a number')
}

function readFields(bytes: Buffer): readonly Wire[] {
  const fields: Wire[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    const { value, next } = readValue(bytes, tag.next, Number(tag.value & 7n))
    fields.push({ number: Number(tag.value >> 3n), value })
    at = next
  }
  return fields
}

function readValue(bytes: Buffer, at: number, wireType: number): { readonly value: bigint | Buffer; readonly next: number } {
  if (wireType === wireTypes.varint) return readVarint(bytes, at)
  const fixed = wireType === wireTypes.fixed64 ? 8 : wireType === wireTypes.fixed32 ? 4 : undefined
  const length = fixed === undefined ? readVarint(bytes, at) : { value: BigInt(fixed), next: at }
  const next = length.next + Number(length.value)
  if ((fixed === undefined && wireType !== wireTypes.bytes) || next > bytes.length) throw new Error('protobuf: the message is cut off')
  return { value: bytes.subarray(length.next, next), next }
}

const asBytes = (value: bigint | Buffer | undefined): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0))
const asText = (value: bigint | Buffer | undefined): string => asBytes(value).toString()
const last = (fields: readonly Wire[], number: number): bigint | Buffer | undefined =>
  fields.findLast(field => field.number === number)?.value

/** The kind and version that an envelope names, and a reader for its object. */
export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  readonly object: Buffer
}

/** Opens the envelope; undefined where the bytes are none. */
export function openEnvelope(bytes: Buffer): Envelope | undefined {
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined
  const fields = readFields(bytes.subarray(magic.length))
  const type = readFields(asBytes(last(fields, 1)))
  return { apiVersion: asText(last(type, 1)), kind: asText(last(type, 2)), object: asBytes(last(fields, 2)) }
}

/** An object's own bytes as JSON. */
export const readMessage = (type: StructType, bytes: Buffer): Readonly<Record<string, unknown>> => readStruct(type, readFields(bytes), [])

/** `inside`: the numbers of the inlined messages that these fields stand in. */
function readStruct(type: StructType, wire: readonly Wire[], inside: readonly number[]): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {}
  for (const { number, value } of wire) {
    const path = [...inside, number]
    const field = fieldAt(type, path)
    if (field) made[field.name] = merged(field, made[field.name], value)
    else if (isInlined(type, path)) Object.assign(made, readStruct(type, readFields(asBytes(value)), path))
  }
  return made
}

const startsWith = (number: readonly number[], path: readonly number[]): boolean => path.every((part, i) => number[i] === part)

const fieldAt = (type: StructType, path: readonly number[]): Field | undefined =>
  [...type.fields.values()].find(({ number }) => number.length === path.length && startsWith(number, path))

const isInlined = (type: StructType, path: readonly number[]): boolean =>
  [...type.fields.values()].some(({ number }) => startsWith(number, path))

/** Lists and maps come item by item. */
function merged({ type }: Field, before: unknown, value: bigint | Buffer): unknown {
  if (type.is === 'list') return [...((before as readonly unknown[] | undefined) ?? []), readType(type.item, value)]
  if (type.is !== 'map') return readType(type, value)
  const entry = readFields(asBytes(value))
  const item = last(entry, 2)
  return { ...(isObject(before) ? before : {}), [asText(last(entry, 1))]: item === undefined ? '' : readType(type.value, item) }
}

function readType(type: Type, value: bigint | Buffer): unknown {
  if (type.is === 'struct') return readStruct(type, readFields(asBytes(value)), [])
  return type.is === 'scalar' ? readers[type.scalar](value) : undefined
}

const whole = (value: bigint | Buffer | undefined): number => (typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0)

function moment(value: bigint | Buffer): string | null {
  const fields = readFields(asBytes(value))
  const seconds = whole(last(fields, 1))
  const nanos = whole(last(fields, 2))
  if (seconds === 0 && nanos === 0) return null
  return new Date(seconds * 1000 + Math.floor(nanos / 1e6)).toISOString()
}

/** An int or a text; which one stands in field 1. */
function intOrString(value: bigint | Buffer): number | string {
  const fields = readFields(asBytes(value))
  return whole(last(fields, 1)) === 1 ? asText(last(fields, 3)) : whole(last(fields, 2))
}

const json = (value: bigint | Buffer): unknown => {
  const text = asText(last(readFields(asBytes(value)), 1))
  return text === '' ? null : (JSON.parse(text) as unknown)
}

const readers: Readonly<Record<ScalarName, (value: bigint | Buffer) => unknown>> = {
  string: asText,
  duration: asText,
  integer: whole,
  number: value => (Buffer.isBuffer(value) && value.length === 8 ? value.readDoubleLE() : 0),
  boolean: value => value === 1n,
  bytes: value => asBytes(value).toString('base64'),
  time: moment,
  microTime: moment,
  quantity: value => asText(last(readFields(asBytes(value)), 1)),
  intOrString,
  any: json,
}
