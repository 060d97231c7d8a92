import { resources } from './kinds/all.ts'
import { resourceName, type Resource, type Subresource } from './resource.ts'
import { methodNotAllowed, unknownResource } from './status.ts'

/** Where a path points: a collection (no name), an object, or a subresource of one. */
export interface Route {
  readonly resource: Resource
  readonly version: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: Subresource | undefined
  readonly query: URLSearchParams
}

const byPath = new Map(resources.flatMap(r => r.versions.map(version => [`${r.group}/${version}/${r.plural}`, r] as const)))
const customGroups = new Set(resources.filter(resource => resource.custom).map(resource => resource.group))

/** Subresources that real servers have for other verbs than reading: those answer 405, not 404. */
const writeOnly: Readonly<Record<string, readonly string[]>> = { pods: ['binding', 'eviction'] }

/** A path's segments, decoded, and its query. */
export function splitPath(path: string): { readonly parts: readonly string[]; readonly query: URLSearchParams } {
  const mark = path.indexOf('?')
  const query = new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1))
  const parts = (mark < 0 ? path : path.slice(0, mark)).split('/').filter(Boolean)
  return { parts: path.includes('%') ? parts.map(decodeURIComponent) : parts, query }
}

/**
 * Reads `/api/v1/namespaces/shop/pods/a/status?…`. Undefined where the path is outside /api/v1/… and /apis/GROUP/VERSION/…,
 * or where a custom group does not serve it; a built-in group answers 404 with a Status.
 */
export function readPath(path: string): Route | undefined {
  const { parts, query } = splitPath(path)
  const core = parts[0] === 'api'
  if (!core && parts[0] !== 'apis') return undefined
  const [group, version, ...rest] = core ? ['', ...parts.slice(1)] : parts.slice(1)
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  const place = placeOf(group, version, rest)
  if (place) return { ...place, version, query }
  if (customGroups.has(group)) return undefined
  throw unknownResource()
}

const ownSubresources = new Set([undefined, 'status', 'finalize'])

function placeOf(group: string, version: string, rest: readonly string[]): Omit<Route, 'version' | 'query'> | undefined {
  const inside = rest[0] === 'namespaces' && !ownSubresources.has(rest[2])
  const [plural, name, sub, ...more] = inside ? rest.slice(2) : rest
  const resource = byPath.get(`${group}/${version}/${plural}`)
  if (!resource || more.length > 0) return undefined
  if (isMisplaced(resource, inside, name)) return undefined
  const namespace = inside ? rest[1] : undefined
  if (sub === undefined) return { resource, namespace, name, subresource: undefined }
  if (writeOnly[resourceName(resource)]?.includes(sub)) throw methodNotAllowed()
  const subresource = resource.subresources.find(s => s === sub)
  return subresource && { resource, namespace, name, subresource }
}

/** Objects of a namespace are found inside it, others outside; only collections span namespaces. */
const isMisplaced = ({ namespaced }: Resource, inside: boolean, name: string | undefined): boolean =>
  inside ? !namespaced : namespaced && name !== undefined

/** Where the object of a route is kept. */
export const placeOfRoute = ({ resource, namespace, name = '' }: Route): { readonly namespace: string; readonly name: string } => ({
  namespace: resource.namespaced ? (namespace ?? 'default') : '',
  name,
})
