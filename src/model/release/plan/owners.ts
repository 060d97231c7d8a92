import type { Json, KubernetesObject } from '#base/index.ts'
import { equal } from '../leaves.ts'
import { managedEntries, MANAGER, type Fields } from '../ownership.ts'
import type { Write } from '../writes/write.ts'

// Who owns what of an object behind an imagined write, as the API server would say it: of specs alone, which is what runs give back.

/** Created or applied: the manager owns all of it. Others keep what the write does not change of theirs. */
export function ownedWhole(object: KubernetesObject, live: KubernetesObject | undefined, manager: string): KubernetesObject {
  const operation = manager === MANAGER ? 'Apply' : 'Update'
  const entry = { manager, operation, fieldsV1: { 'f:spec': {} } }
  const others = managedEntries(object)
    .filter(each => each.manager !== manager)
    .map(each => ({ ...each, fieldsV1: unchanged(each.fieldsV1 ?? {}, live as unknown as Json, object as unknown as Json) }))
  return withEntries(object, [...others, entry])
}

/** A patch's manager owns what it sets, and nothing of what it takes away; nobody else owns any of it any more. */
export function ownedByPatch(object: KubernetesObject, { patch, manager }: Extract<Write, { is: 'patch' }>): KubernetesObject {
  const entries = managedEntries(object)
  const before = entries.find(entry => entry.manager === manager)
  const changes = patch.filter(({ op, path }) => op !== 'test' && path.startsWith('/spec/'))
  const fields = changes.reduce((all, { op, path }) => withField(all, fieldPath(path), op !== 'remove'), before?.fieldsV1 ?? {})
  const others = entries
    .filter(entry => entry !== before)
    .map(entry => ({ ...entry, fieldsV1: changes.reduce((all, { path }) => withField(all, fieldPath(path), false), entry.fieldsV1 ?? {}) }))
  return withEntries(object, [...others, { manager, operation: 'Update', fieldsV1: fields }])
}

/** Who owns nothing is no owner. */
function withEntries(object: KubernetesObject, entries: readonly { readonly fieldsV1: Fields }[]): KubernetesObject {
  const managedFields = entries.filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0) as unknown as readonly Json[]
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

/** Of these fields those that say the same before and after; what is in items of lists is taken for unchanged. */
function unchanged(fields: Fields, before: Json | undefined, after: Json | undefined): Fields {
  const kept = Object.entries(fields).flatMap(([key, inner]): readonly (readonly [string, Json])[] => {
    if (!key.startsWith('f:')) return [[key, inner]]
    const [was, is] = [before, after].map(value => (value as Fields | undefined)?.[key.slice(2)])
    if (isEmpty(inner as Fields)) return equal(was, is) ? [[key, inner]] : []
    const left = unchanged(inner as Fields, was, is)
    return isEmpty(left) ? [] : [[key, left]]
  })
  return Object.fromEntries(kept)
}

const isEmpty = (fields: Fields): boolean => Object.keys(fields).length === 0

/** As managedFields name it: `/spec/http/0/route` is part of the one list `f:http`. */
function fieldPath(path: string): readonly string[] {
  const parts = path.split('/').slice(1)
  const list = parts.findIndex(part => /^(\d+|-)$/.test(part))
  return (list < 0 ? parts : parts.slice(0, list)).map(part => `f:${part}`)
}

function withField(fields: Fields, [first, ...rest]: readonly string[], isSet: boolean): Fields {
  if (first === undefined) return fields
  if (!isSet && !(first in fields)) return fields
  const { [first]: present, ...others } = fields
  const inner = withField((present ?? {}) as Fields, rest, isSet)
  if (!isSet && rest.length > 0 && inner === present) return fields
  const stays = isSet || (rest.length > 0 && Object.keys(inner).length > 0)
  return stays ? { ...others, [first]: inner } : others
}
