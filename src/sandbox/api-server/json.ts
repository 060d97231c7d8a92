/** A JSON object that may be read by any key. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** Equality of JSON values; the order of keys and undefined keys do not count. Shared parts are equal without a look. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  for (const key of Object.keys(a)) if (!equal(a[key], b[key])) return false
  return Object.keys(b).every(key => b[key] === undefined || a[key] !== undefined)
}

/** A deep copy that shares nothing with its source; undefined keys are left out. */
export function copy<T>(value: T): T {
  if (isList(value)) return value.map(copy) as T
  if (!isObject(value)) return value
  const made: Record<string, unknown> = {}
  for (const key of Object.keys(value)) if (value[key] !== undefined) made[key] = copy(value[key])
  return made as T
}

/** The object without a key. */
export function without<T extends object>(object: T, ...keys: readonly string[]): T {
  const made: Record<string, unknown> = {}
  // What is made by leaving out is read as fast as any other object; what is made by `delete` is not.
  for (const key of Object.keys(object)) if (!keys.includes(key)) made[key] = (object as Record<string, unknown>)[key]
  return made as T
}
