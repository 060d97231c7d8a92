import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { differingLeaves, isOwnManager, markOf, valueAt } from '#model/release/index.ts'
import { authorOf, lastOwnWrite } from './author.ts'
import type { Drift } from './drift.ts'
import { keyed } from './keyed.ts'

/** What an object is to the run. */
export type Role = 'route' | 'rule' | 'stable' | 'canary'

/** One object three times. `live` is undefined where somebody deleted it. */
export interface Compared {
  readonly role: Role
  /** Its spec before the run, as far as the snapshot has it. */
  readonly base?: Json
  /** As the run left it. */
  readonly ours: KubernetesObject
  readonly live: KubernetesObject | undefined
  /** What tells our rows from others: names of our subsets, and of the Service that is the canary's, where there is one. */
  readonly sides: Sides
}

export interface Sides {
  readonly subsets: readonly string[]
  readonly service?: string
}

type Path = readonly (string | number)[]

/**
 * Every field in which the live object is not as the run left it. What only the server keeps, and what scaling does, is no drift. Of a field that
 * is gone, and of one that was given back to its owner, nothing says who changed it: the run did, where another process of it has written the object since.
 */
export function driftOf({ role, base, ours, live, sides }: Compared): readonly Drift[] {
  const object = objectName(ours)
  if (!live) return [{ object, path: 'metadata.name', is: 'conflicting', ours: ours.metadata.name }]
  const [mine, theirs] = [comparable(ours), comparable(live)]
  const before = base === undefined ? undefined : { spec: keyed(base) }
  const since = lastOwnWrite(ours)
  const leaves = differingLeaves(mine, theirs).map(leaf => ({
    ...leaf,
    by: authorOf(live, leaf.path, { isGone: leaf.after === undefined, since }),
  }))
  const ahead = isMarkedLater(ours, live) || leaves.some(({ after, by }) => after !== undefined && isOwnManager(by?.manager))
  return leaves.flatMap(({ path, before: left, after: found, by }) => {
    if (isScaling(role, path)) return []
    const isOurs = isOwnManager(by?.manager) || (ahead && by === undefined)
    const was = valueAt(before, path)
    const drift = {
      object,
      path: pathText(path),
      is: isOurs ? 'ours' : conflicts(role, path, mine, sides) ? 'conflicting' : 'harmless',
      ...(was === undefined ? {} : { base: was }),
      ...(left === undefined ? {} : { ours: left }),
      ...(found === undefined ? {} : { live: found }),
      ...(by ? { by } : {}),
    }
    return [drift as Drift]
  })
}

/** A later goal of the same run has written it. */
function isMarkedLater(ours: KubernetesObject, live: KubernetesObject): boolean {
  const [left, found] = [markOf(ours), markOf(live)]
  return found !== undefined && found.execution === left?.execution && found.number > left.number
}

/** Spec, labels and annotations; the run's own mark and the notes of controllers and kubectl left out. */
function comparable({ spec, metadata }: KubernetesObject): Json {
  const notes = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => ofCanary.test(key) || !/^(sluice\.dev|deployment\.kubernetes\.io|kubectl\.kubernetes\.io)\//.test(key),
  )
  const kept = { labels: metadata.labels ?? {}, annotations: Object.fromEntries(notes) }
  return { spec: keyed((spec ?? null) as Json), metadata: kept } as Json
}

/** The stable workload is scaled by whoever scales it; the canary by the run alone. */
const isScaling = (role: Role, path: Path): boolean => role === 'stable' && path[1] === 'replicas'

function conflicts(role: Role, path: Path, ours: Json, sides: Sides): boolean {
  const [part, field] = path
  if (role === 'route' && part === 'metadata') return field === 'annotations' && ofCanary.test(String(path[2]))
  if (part !== 'spec') return false
  switch (role) {
    case 'route':
      return wholly.has(field) || ofRows(path, ours, sides)
    case 'rule':
      return wholly.has(field) || ofSubsets(path, sides)
    case 'stable':
      return ['template', 'paused', 'selector'].includes(String(field))
    case 'canary':
      return ['template', 'paused', 'selector', 'replicas'].includes(String(field))
  }
}

function ofRows(path: Path, ours: Json, sides: Sides): boolean {
  const [, field, key, inside] = path
  return isOurList(field) && (key === undefined || ofRun.test(String(key)) || (isManaged(ours, path, sides) && ourRows.has(inside)))
}

function ofSubsets([, field, key]: Path, { subsets }: Sides): boolean {
  return field === 'subsets' && (key === undefined || subsets.includes(String(key)))
}

/** Annotations that hold the split of an Ingress, and its header routes. */
const ofCanary = /^(nginx\.ingress\.kubernetes\.io\/canary|sluice\.dev\/header-routes$)/

/** An entry that the run has put into a route: all of it is the run's. */
const ofRun = /^sluice-(route|sticky)\./

/** The whole spec, and fields that only a Service or an Ingress has: what such a one leads to is the run's. */
const wholly: ReadonlySet<string | number | undefined> = new Set([undefined, 'selector', 'ingressClassName', 'defaultBackend'])

const isOurList = (field: string | number | undefined): boolean => field === 'http' || field === 'rules'
const ourRows: ReadonlySet<string | number | undefined> = new Set([undefined, 'route', 'backendRefs', 'http'])

/** The entry names a side of ours; one of a router that knows Services only is ours where it has rows, or paths. */
function isManaged(ours: Json, path: Path, { subsets, service }: Sides): boolean {
  const entry = valueAt(ours, path.slice(0, 3)) as
    | { readonly route?: object; readonly backendRefs?: object; readonly http?: object }
    | undefined
  if (!entry) return false
  return (
    entry.backendRefs !== undefined ||
    entry.http !== undefined ||
    Object.keys(entry.route ?? {}).some(row => subsets.some(name => row.endsWith(`/${name}`)) || row.split('.')[0] === service)
  )
}

/** `spec.http[every request].route[cart-svc/canary].weight`: keys that are no plain names stand in brackets. */
function pathText(path: Path): string {
  return path.map((part, index) => (/^[a-zA-Z]+$/.test(String(part)) ? `${index ? '.' : ''}${part}` : `[${part}]`)).join('')
}
