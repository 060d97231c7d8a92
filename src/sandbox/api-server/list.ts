import type { KubernetesObject } from '#base/index.ts'
import type { Core } from './core.ts'
import type { ListOptions } from './options.ts'
import { resourceName, type Resource } from './resource.ts'
import type { Predicate } from './selectors.ts'
import { badRequest, expired, failure } from './status.ts'

/** One page of a list: the objects as stored, and what the list's metadata says. */
export interface Page {
  readonly items: readonly KubernetesObject[]
  readonly resourceVersion: string
  readonly continue: string
  /** Told only where no selector hides how many are left. */
  readonly remaining: number | undefined
}

export interface Selection {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly matches: Predicate | undefined
}

/** Where the next page begins: the version that all pages show, and the last key shown. */
interface Bookmark {
  readonly version: number
  readonly after: string
}

const keyOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`

export function listPage(core: Core, { resource, namespace, matches }: Selection, options: ListOptions): Page {
  const bookmark = options.continue ? readToken(options) : undefined
  const version = bookmark?.version ?? versionOf(core, options)
  const rows = rowsAt(core, resourceName(resource), namespace, version)
  const chosen = matches ? rows.filter(matches) : rows
  const rest = bookmark ? chosen.filter(object => keyOf(object) > bookmark.after) : chosen
  const items = options.limit > 0 ? rest.slice(0, options.limit) : rest
  const left = rest.length - items.length
  const last = items.at(-1)
  return {
    items,
    resourceVersion: String(version),
    continue: left > 0 && last ? writeToken({ version, after: keyOf(last) }) : '',
    remaining: left > 0 && !matches ? left : undefined,
  }
}

function rowsAt(core: Core, name: string, namespace: string | undefined, version: number): readonly KubernetesObject[] {
  if (version === core.store.version()) return core.store.list(name, namespace)
  if (version < core.store.oldest()) throw expired('The resourceVersion for the provided list is too old.')
  return core.store.listAt(name, version, namespace)
}

/** The version to show: the present one, unless exactly an older one is asked for. */
function versionOf({ store }: Core, { resourceVersion, match }: ListOptions): number {
  const present = store.version()
  if (resourceVersion === undefined) return present
  if (resourceVersion > present) throw tooLarge(resourceVersion, present)
  return match === 'Exact' ? resourceVersion : present
}

const tooLarge = (asked: number, present: number): Error =>
  failure({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${present}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  })

const writeToken = ({ version, after }: Bookmark): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url')

function readToken(options: ListOptions): Bookmark {
  if (options.resourceVersion) throw badRequest('specifying resource version is not allowed when using continue')
  const text = Buffer.from(options.continue, 'base64url').toString()
  try {
    const { rv, start } = JSON.parse(text) as { rv: number; start: string }
    return { version: rv, after: start }
  } catch {
    throw badRequest(
      `invalid continue token: continue key is not valid: invalid character '${text[0] ?? ''}' looking for beginning of value`,
    )
  }
}
