import { resources } from './kinds.ts'
import { type Resource, type Subresource } from './resource.ts'
import { unknownResource } from './status.ts'

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

/** Reads `/api/v1/namespaces/shop/pods/a/status?…`; undefined where the path is outside /api/v1 and /apis/GROUP/VERSION. */
export function readPath(path: string): Route | undefined {
  const mark = path.indexOf('?')
  const query = new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1))
  const parts = (mark < 0 ? path : path.slice(0, mark)).split('/').filter(Boolean).map(decodeURIComponent)
  const core = parts[0] === 'api'
  if (!core && parts[0] !== 'apis') return undefined
  const [group, version, ...rest] = core ? ['', ...parts.slice(1)] : parts.slice(1)
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  return { ...place(group, version, rest), version, query }
}

const ownSubresources = new Set([undefined, 'status', 'finalize'])

function place(group: string, version: string, rest: readonly string[]): Omit<Route, 'version' | 'query'> {
  const inside = rest[0] === 'namespaces' && !ownSubresources.has(rest[2])
  const [plural, name, sub, ...more] = inside ? rest.slice(2) : rest
  const resource = byPath.get(`${group}/${version}/${plural}`)
  if (!resource || more.length > 0) throw unknownResource()
  const misplaced = inside ? !resource.namespaced : resource.namespaced && name !== undefined
  const subresource = resource.subresources.find(s => s === sub)
  if (misplaced || (sub !== undefined && !subresource)) throw unknownResource()
  return { resource, namespace: inside ? rest[1] : undefined, name, subresource }
}
