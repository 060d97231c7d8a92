import type { Json, KubernetesObject } from '#base/index.ts'
import { equal } from './leaves.ts'
import { isTaken, managedEntries, mergeFields, withoutMetadata, type Fields } from './ownership.ts'

/**
 * What a dry run of an apply does not show: the fields of one-shot owners are ours before the apply (see {@link isTaken}), so those that neither
 * the manifest nor anybody else says go with it. `after`: as the dry run told. The same object where nothing goes. What the server puts in
 * place of what has gone is the server's to say.
 */
export function afterAdoption(after: KubernetesObject): KubernetesObject {
  const entries = managedEntries(after)
  const fields = (of: typeof entries): Fields => of.map(entry => entry.fieldsV1 ?? {}).reduce(mergeFields, {})
  const [gone, said] = [
    entries.filter(isTaken).map(withoutMetadata).reduce(mergeFields, {}),
    fields(entries.filter(each => !isTaken(each))),
  ]
  return without(after as unknown as Json, gone, said) as unknown as KubernetesObject
}

/** A value without what stands in `gone` and not in `said`: with a field or an item goes all that is in it. */
function without(value: Json, gone: Fields, said: Fields): Json {
  return Object.entries(gone).reduce((left, [key, inner]) => {
    const at = placeOf(key, left)
    if (at === undefined) return left
    const others = said[key]
    if (others === undefined) return withoutPlace(left, at)
    const child = (left as Record<string | number, Json>)[at] as Json
    const kept = without(child, inner as Fields, others as Fields)
    return kept === child ? left : withPlace(left, at, kept)
  }, value)
}

type Place = string | number

/** Where in a value a key of managedFields points (`f:name`, `k:{"name":"a"}`, `v:"a"`, `i:0`); undefined where there is no such thing. */
function placeOf(key: string, value: Json): Place | undefined {
  const [is, said] = [key.slice(0, 2), key.slice(2)]
  if (is === 'f:') return isMap(value) && said in value ? said : undefined
  if (!Array.isArray(value)) return undefined
  const items = value as readonly Json[]
  if (is === 'i:') return Number(said) < items.length ? Number(said) : undefined
  if (is !== 'k:' && is !== 'v:') return undefined
  const wanted = JSON.parse(said) as Json
  const fits = (item: Json): boolean =>
    is === 'v:' ? equal(item, wanted) : isMap(item) && Object.entries(wanted as Fields).every(([name, of]) => equal(item[name], of))
  const found = items.findIndex(fits)
  return found < 0 ? undefined : found
}

const isMap = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

function withPlace(value: Json, at: Place, put: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json, index) => (index === at ? put : item))
  return { ...(value as Fields), [at]: put }
}

function withoutPlace(value: Json, at: Place): Json {
  if (Array.isArray(value)) return value.filter((_, index) => index !== at)
  return Object.fromEntries(Object.entries(value as Fields).filter(([name]) => name !== at))
}
