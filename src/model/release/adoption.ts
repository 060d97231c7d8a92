import type { Json, KubernetesObject } from '#base/index.ts'
import { equal } from './leaves.ts'
import { isTaken, managedEntries, mergeFields, withoutMetadata, type Fields } from './ownership.ts'

// What a dry run of an apply does not show: the fields of one-shot owners are ours before the apply (`isTaken`), so those that neither the manifest
// nor anybody else says go with it.

/** Keys of managedFields from the top of an object to a field or an item of it. */
type Keys = readonly string[]

/** Something that an owner has set, and that goes. */
interface Orphan {
  readonly manager: string
  readonly keys: Keys
}

/** A field that somebody has set by hand and that no manifest says. */
export interface Dropped {
  /** `kubectl-edit` */
  readonly manager: string
  /** As the API server names it: `.spec.template.spec.containers[name="cart"].env[name="DEBUG"]` */
  readonly field: string
}

/** What goes of an object that is as the dry run of an apply told. */
export function orphansOf(after: KubernetesObject): readonly Orphan[] {
  const entries = managedEntries(after)
  const said = entries
    .filter(each => !isTaken(each))
    .map(({ fieldsV1 = {} }) => fieldsV1)
    .reduce(mergeFields, {})
  return entries
    .filter(isTaken)
    .flatMap(entry => keysWithout(withoutMetadata(entry), said).map(keys => ({ manager: entry.manager ?? '', keys })))
    .filter(({ keys }) => valueOf(after, keys) !== undefined)
}

/** With a field or an item goes all that is in it. What the server puts in place of what has gone is the server's to say. */
export function withoutOrphans(after: KubernetesObject, orphans: readonly Orphan[]): KubernetesObject {
  return orphans.reduce((left, { keys }) => without(left as unknown as Json, keys) as unknown as KubernetesObject, after)
}

/** What of it is not as it was, `then`. A restart by kubectl is nothing that anybody wants to keep. */
export function droppedOf(orphans: readonly Orphan[], after: KubernetesObject, then: KubernetesObject): readonly Dropped[] {
  return orphans
    .flatMap(({ manager, keys }) => partsOf(fieldsAt(after, manager, keys), keys).map(each => ({ manager, keys: each })))
    .filter(({ keys }) => !equal(valueOf(after, keys), valueOf(then, keys)))
    .map(({ manager, keys }) => ({ manager, field: keys.map(keyText).join('') }))
    .filter(({ field }) => !field.endsWith('.kubectl.kubernetes.io/restartedAt'))
}

/** The first keys on each way down of `fields` that are not in `said`. */
function keysWithout(fields: Fields, said: Fields): readonly Keys[] {
  return Object.entries(fields).flatMap(([key, inner]): readonly Keys[] => {
    const others = said[key]
    if (others === undefined) return [[key]]
    return keysWithout(inner as Fields, others as Fields).map(keys => [key, ...keys])
  })
}

function fieldsAt(object: KubernetesObject, manager: string, keys: Keys): Fields {
  const entry = managedEntries(object).find(each => each.manager === manager && isTaken(each))
  return keys.reduce((fields: Fields, key) => (fields[key] ?? {}) as Fields, entry?.fieldsV1 ?? {})
}

/** Down to single fields and to items of lists. */
function partsOf(fields: Fields, keys: Keys): readonly Keys[] {
  const inner = keys.at(-1)?.startsWith('f:') ? Object.entries(fields).filter(([key]) => key !== '.') : []
  return inner.length === 0 ? [keys] : inner.flatMap(([key, of]) => partsOf(of as Fields, [...keys, key]))
}

function keyText(key: string): string {
  const [is, said] = [key.slice(0, 2), key.slice(2)]
  if (is === 'f:') return `.${said}`
  if (is !== 'k:') return `[${said}]`
  const parts = Object.entries(JSON.parse(said) as Fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `[${parts.join(',')}]`
}

function valueOf(object: KubernetesObject, keys: Keys): Json | undefined {
  return keys.reduce(
    (value: Json | undefined, key) => {
      const at = value === undefined ? undefined : placeOf(key, value)
      return at === undefined ? undefined : (value as Record<string | number, Json>)[at]
    },
    object as unknown as Json,
  )
}

function without(value: Json, [key, ...rest]: Keys): Json {
  const at = key === undefined ? undefined : placeOf(key, value)
  if (at === undefined) return value
  if (rest.length === 0) return withoutPlace(value, at)
  return withPlace(value, at, without((value as Record<string | number, Json>)[at] as Json, rest))
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
