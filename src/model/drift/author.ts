import type { KubernetesObject } from '#base/index.ts'
import { isOwnManager } from '#model/release/index.ts'

type Fields = { readonly [key: string]: Fields }

interface Entry {
  readonly manager?: string
  readonly time?: string
  readonly subresource?: string
  readonly fieldsV1?: Fields
}

/** What is known of a change beside the object as it is now. */
interface Change {
  /** Nothing is there any more: whoever owns some parts of what it was in, and not the whole, has not taken it out. */
  readonly isGone?: boolean
  /** It came after this moment (RFC 3339, whole seconds): who has changed nothing since is not its author, but has been given it back. */
  readonly since?: string | undefined
}

/** Who wrote a field last, as far as managedFields tell: the owner of the deepest part of its path, the later one of two. */
export function authorOf(
  object: KubernetesObject,
  path: readonly (string | number)[],
  { isGone = false, since = '' }: Change = {},
): { readonly manager: string; readonly at?: string } | undefined {
  const entries = (object.metadata.managedFields ?? []) as unknown as readonly Entry[]
  const known = path[0] === 'metadata' ? 2 : 1
  const owners = entries
    .filter(({ subresource, time = since }) => subresource === undefined && time >= since)
    .map(entry => ({ entry, depth: depthOf(entry.fieldsV1 ?? {}, path, isGone) }))
    .filter(({ depth }) => depth > known)
    .toSorted((a, b) => b.depth - a.depth || (b.entry.time ?? '').localeCompare(a.entry.time ?? ''))
  const { manager, time } = owners[0]?.entry ?? {}
  return manager === undefined ? undefined : { manager, ...(time === undefined ? {} : { at: time }) }
}

/** When a run wrote an object last; undefined where nothing tells. */
export function lastOwnWrite({ metadata: { managedFields = [] } }: KubernetesObject): string | undefined {
  const own = (managedFields as unknown as readonly Entry[]).filter(({ manager }) => isOwnManager(manager))
  return own
    .flatMap(({ time }) => time ?? [])
    .toSorted()
    .at(-1)
}

const canaryWeight = 'nginx.ingress.kubernetes.io/canary-weight'

/** How many parts of the path an entry knows; `wholly`: none where it ends in one of which it knows some parts only. */
function depthOf(fields: Fields, [head, ...rest]: readonly (string | number)[], wholly: boolean): number {
  if (head === undefined) return 0
  const child = fields[`f:${head}`] ?? fields[`k:{"name":${JSON.stringify(String(head))}}`]
  if (child === undefined) return wholly && Object.keys(fields).length > 0 ? -Infinity : 0
  return 1 + depthOf(child, rest, wholly)
}

/** The last write of its spec was made by a run; of an Ingress, which holds its split in an annotation, of that one. */
export function lastWrittenByUs(object: KubernetesObject): boolean {
  const { kind, metadata } = object
  if (kind === 'Ingress') return isOwnManager(authorOf(object, ['metadata', 'annotations', canaryWeight])?.manager)
  const entries = (metadata.managedFields ?? []) as unknown as readonly Entry[]
  const writers = entries.filter(({ fieldsV1, subresource }) => subresource === undefined && fieldsV1?.['f:spec'] !== undefined)
  const [last] = writers.toSorted(
    (a, b) => (b.time ?? '').localeCompare(a.time ?? '') || Number(isOwnManager(b.manager)) - Number(isOwnManager(a.manager)),
  )
  return isOwnManager(last?.manager)
}
