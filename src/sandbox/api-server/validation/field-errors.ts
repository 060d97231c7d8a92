import type { FieldError } from '../status.ts'

/** A value as errors show it: text quoted, the rest as JSON. */
const shown = (value: unknown): string => JSON.stringify(value ?? null)

export const required = (field: string, detail?: string): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: detail ? `Required value: ${detail}` : 'Required value',
})

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${detail}`,
})

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(', ')}`,
})

export const forbiddenField = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${detail}`,
})

export const duplicate = (field: string, value: unknown): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
})

export const tooLong = (field: string, bytes: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${bytes} bytes`,
})

export const immutable = (field: string, value: unknown): FieldError => invalidValue(field, value, 'field is immutable')

/** The error, in a list, where the condition holds. */
export const when = (holds: unknown, error: () => FieldError): readonly FieldError[] => (holds ? [error()] : [])

export const notNegative = (field: string, value: number | undefined): readonly FieldError[] =>
  when((value ?? 0) < 0, () => invalidValue(field, value, 'must be greater than or equal to 0'))

/** Unsupported unless the value is one of these (or absent). */
export const among = (field: string, value: string | undefined, supported: readonly string[]): readonly FieldError[] =>
  when(value !== undefined && !supported.includes(value), () => notSupported(field, value, supported))
