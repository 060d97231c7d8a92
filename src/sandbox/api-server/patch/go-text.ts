import { isList, isObject } from '../json.ts'

/** A JSON value as Go prints it with %v: `map[image:x name:b]`, `[1 2]`, `<nil>`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (isList(value)) return `[${value.map(goText).join(' ')}]`
  if (!isObject(value)) return String(value as string)
  const entries = Object.keys(value)
    .toSorted()
    .map(key => `${key}:${goText(value[key])}`)
  return `map[${entries.join(' ')}]`
}
