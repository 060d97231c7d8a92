import type { Json } from '#base/index.ts'
import { isMapping, type Mapping } from './mapping.ts'

/**
 * Values of several files as one: later files win, mappings are merged key by key, lists are replaced as a whole,
 * and null takes away what an earlier file set. A file that holds no mapping counts as empty.
 */
export function layerValues(layers: readonly Json[]): Json {
  return layers.filter(isMapping).reduce<Mapping>((merged, layer) => merge(merged, layer), {})
}

function merge(below: Mapping, above: Mapping): Mapping {
  const merged: Record<string, Json | undefined> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const present = below[key]
    if (value === null && Object.hasOwn(below, key)) delete merged[key]
    else merged[key] = isMapping(present) && isMapping(value) ? merge(present, value) : value
  }
  return merged
}
