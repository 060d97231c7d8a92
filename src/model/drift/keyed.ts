import type { Json } from '#base/index.ts'

interface JsonMap {
  readonly [key: string]: Json
}

/**
 * A value with its lists as maps, so that an item that somebody inserts moves no other: entries of a route by name or match, destinations
 * by host and subset, everything that has a name by it. Lists of plain values stay.
 */
export function keyed(value: Json): Json {
  if (Array.isArray(value)) return keyedList(value as readonly Json[])
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, keyed(child)]))
}

function keyedList(items: readonly Json[]): Json {
  if (items.length === 0 || !items.every(isMap)) return items.map(keyed)
  const result: Record<string, Json> = {}
  for (const item of items as readonly JsonMap[]) {
    const wanted = keyOf(item)
    // The same twice: the later ones by their number.
    const key = wanted in result ? `${wanted} #${Object.keys(result).length + 1}` : wanted
    result[key] = keyed(item)
  }
  return result
}

function keyOf(item: JsonMap): string {
  const { destination, name, match, matches, port } = item
  if (isMap(destination)) return [destination['host'], destination['subset']].filter(part => part !== undefined).join('/')
  if (typeof name === 'string') return port === undefined || 'containerPort' in item ? name : `${name}:${JSON.stringify(port)}`
  if ('route' in item || 'backendRefs' in item) return match || matches ? JSON.stringify(match ?? matches) : 'every request'
  return JSON.stringify(item)
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
