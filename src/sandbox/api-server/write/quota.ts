import type { KubernetesObject } from '#base/index.ts'
import { resourceSubject, type Core } from '../core.ts'
import { resourceName, type Resource } from '../resource.ts'
import { nanosOf, quantityOf } from '../schema/quantity.ts'
import { forbidden } from '../status.ts'

type Quantities = Readonly<Record<string, string>>

interface Quota extends KubernetesObject {
  readonly spec?: { readonly hard?: Quantities }
}

interface Container {
  readonly name: string
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities }
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly containers?: readonly Container[] | null }
  readonly status?: { readonly phase?: string }
}

/** One whole thing, in billionths. */
const one = 1_000_000_000n

/** Refuses a new object that a ResourceQuota of its namespace has no room for: counts of any resource, and what pods request. */
export function checkQuotas(core: Core, resource: Resource, object: KubernetesObject): void {
  const { namespace } = object.metadata
  if (!namespace) return
  for (const quota of core.store.list('resourcequotas', namespace) as readonly Quota[]) checkQuota(core, resource, object, quota)
}

function checkQuota(core: Core, resource: Resource, object: KubernetesObject, { spec, metadata }: Quota): void {
  const hard = Object.entries(spec?.hard ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const concerned = hard.filter(([name]) => isConcerned(name, resource))
  if (concerned.length === 0) return
  const refuse = (because: string): Error => forbidden(resourceSubject(resource, object.metadata.name), because)
  const unsaid = concerned.flatMap(([name]) => silentContainers(name, object))
  if (unsaid.length > 0) throw refuse(`failed quota: ${metadata.name}: must specify ${unsaid.join('; ')}`)
  const present = core.store.list(resourceName(resource), metadata.namespace).filter(isRunning)
  const over = concerned.flatMap(([name, limit]) => {
    const used = present.reduce((sum, other) => sum + usage(name, other), 0n)
    const wanted = usage(name, object)
    return used + wanted > nanosOf(limit) ? [{ name, limit, used: quantityOf(used, limit), wanted: quantityOf(wanted, limit) }] : []
  })
  if (over.length === 0) return
  const each = (pick: (row: (typeof over)[number]) => string): string => over.map(row => `${row.name}=${pick(row)}`).join(',')
  throw refuse(
    `exceeded quota: ${metadata.name}, requested: ${each(r => r.wanted)}, used: ${each(r => r.used)}, limited: ${each(r => r.limit)}`,
  )
}

const isPods = ({ group, kind }: Resource): boolean => group === '' && kind === 'Pod'

/** `pods` and the like count the old way, `count/deployments.apps` the new one; the rest is what pods ask for. */
function isConcerned(name: string, resource: Resource): boolean {
  const own = resourceName(resource)
  return name === `count/${own}` || name === own || (isPods(resource) && computeKey(name) !== undefined)
}

/** `requests.cpu` (or `cpu`), `limits.memory`: which list of a container's resources, and what in it. */
function computeKey(name: string): readonly ['requests' | 'limits', string] | undefined {
  const [, list = 'requests', what] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name) ?? []
  return what === undefined ? undefined : [list as 'requests' | 'limits', what]
}

/** What an object takes of a quota, in billionths. */
function usage(name: string, object: KubernetesObject): bigint {
  const key = computeKey(name)
  if (!key) return one
  const [list, what] = key
  return containersOf(object).reduce((sum, { resources }) => sum + nanosOf(resources?.[list]?.[what]), 0n)
}

const containersOf = (object: KubernetesObject): readonly Container[] => (object as Pod).spec.containers ?? []

/** Containers that do not say how much they want of what a quota counts: `requests.cpu for: app`. */
function silentContainers(name: string, object: KubernetesObject): readonly string[] {
  const [list, what] = computeKey(name) ?? []
  if (!list || !what) return []
  const silent = containersOf(object).filter(({ resources }) => resources?.[list]?.[what] === undefined)
  return silent.length > 0 ? [`${name} for: ${silent.map(container => container.name).join(',')}`] : []
}

/** A pod that has ended takes no room. */
const isRunning = (object: KubernetesObject): boolean => !['Succeeded', 'Failed'].includes((object as Pod).status?.phase ?? '')
