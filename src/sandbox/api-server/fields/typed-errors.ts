import { isList, isObject } from '../json.ts'
import { typeOfKey, type ScalarName, type Type } from '../schema/type.ts'
import { stepOf } from './typed.ts'
import { paths, single } from './field-set.ts'

/** Complaints of an applied configuration that does not fit the type, as the API server words them: `.spec.nope: field not declared in schema`. */
export function typedErrors(type: Type, value: unknown, path = ''): readonly string[] {
  if (value === null || value === undefined) return []
  if (type.is === 'scalar') return scalarErrors(type.scalar, value, path)
  if (type.is === 'list') {
    if (!isList(value)) return [`${path}: expected list, got ${shown(value)}`]
    return value.flatMap((item, index) => {
      const step = type.merge && item !== null ? paths(single([stepOf(type, item)]))[0] : `[${index}]`
      return typedErrors(type.item, item, `${path}${step}`)
    })
  }
  if (!isObject(value)) return [`${path}: expected map, got ${shown(value)}`]
  return Object.entries(value).flatMap(([key, item]) =>
    type.is === 'struct' && !type.fields.has(key)
      ? [`${path}.${key}: field not declared in schema`]
      : typedErrors(typeOfKey(type, key), item, `${path}.${key}`),
  )
}

const shown = (value: unknown): string => `&value.valueUnstructured{Value:${isObject(value) ? 'map' : String(value as string)}}`

const expectations: Readonly<Partial<Record<ScalarName, readonly [accepted: readonly string[], text: string]>>> = {
  string: [['string'], 'string'],
  duration: [['string'], 'string'],
  bytes: [['string'], 'string'],
  time: [['string'], 'string'],
  microTime: [['string'], 'string'],
  integer: [['number'], 'numeric (int or float)'],
  number: [['number'], 'numeric (int or float)'],
  boolean: [['boolean'], 'boolean'],
}

function scalarErrors(scalar: ScalarName, value: unknown, path: string): readonly string[] {
  const expected = expectations[scalar]
  return !expected || expected[0].includes(typeof value) ? [] : [`${path}: expected ${expected[1]}, got ${shown(value)}`]
}
