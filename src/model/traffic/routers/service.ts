import type { Json, KubernetesObject } from '#base/index.ts'
import type { RouteProblem } from '../route-problem.ts'
import { checkRows, pinnedRows, type Side } from '../rows.ts'
import { done, refused, type EntrySplit, type Ours, type Outcome, type Router } from './router.ts'

/** A Service has one entry, its selector. */
const entry = 'selector'

type Selector = Readonly<Record<string, string>>

/**
 * A Service that nothing routes in front of: its selector leads to one side or the other, all at once. The sides differ in the value of one
 * label of it (`ours.label`), so canary pods are out of its reach from the start, and a Service at rest is as good as pinned.
 */
export const service: Router = {
  name: 'service',
  group: '',
  kind: 'Service',
  can: {
    shares: false,
    subsets: false,
    entries: false,
    foreign: false,
    literals: false,
    headers: false,
    mirror: false,
    withoutStable: true,
  },

  readRoute(object) {
    if (!isService(object)) return refused({ is: 'other-kind', want: 'Service' })
    if (Object.keys(serviceSelector(object)).length === 0) return refused({ is: 'no-destination', entry })
    const destination = { host: object.metadata.name }
    return done([{ entry, index: 0, destinations: [{ destination, weight: 100, share: 1 }] }])
  },

  pin(object, ours) {
    const side = ourSide(object, ours)
    return side.is === 'refused' ? side : service.writeSplit(object, ours, pinnedRows)
  },

  writeSplit(object, ours, rows) {
    const problems = checkRows(rows)
    if (problems.length > 0) return refused({ is: 'rows', problems })
    const whole = rows.find(row => row.weight === 100)
    if (typeof whole?.to !== 'string')
      return refused({ is: 'not-expressible', reason: 'its selector leads to one version at a time, no share of requests' })
    return withSide(object, ours, whole.to)
  },

  readSplit(object, ours) {
    const standing = standingOf(object, ours)
    return standing.is === 'refused' ? standing : done([splitOf(standing.value, ours)])
  },

  snapshot(object, ours) {
    const side = ourSide(object, ours)
    return side.is === 'refused' ? side : done({ entries: [{ index: 0, name: entry, destinations: serviceSelector(object) as Json }] })
  },

  restore: (object, _, ours) => withSide(object, ours, 'stable'),

  accepted: () => ({ is: 'accepted' }),
}

function isService({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === 'v1' && kind === 'Service'
}

/** Labels by which a Service selects its pods; none where it has no selector. */
export function serviceSelector(object: KubernetesObject): Selector {
  return (object.spec as { readonly selector?: Selector } | undefined)?.selector ?? {}
}

/** Where a selector leads: `neither` where somebody else has turned it away in mid-run, so that nobody gets anything. */
type Standing = Side | 'neither'

function standingOf(object: KubernetesObject, { label }: Ours): Outcome<Standing> {
  const read = service.readRoute(object)
  if (read.is === 'refused') return read
  if (!label) return refused(noneOurs(object))
  const value = serviceSelector(object)[label.key]
  return done(value === label.stable ? 'stable' : value === label.canary ? 'canary' : 'neither')
}

/** Before a run the selector must lead to a side. */
function ourSide(object: KubernetesObject, ours: Ours): Outcome<Side> {
  const standing = standingOf(object, ours)
  if (standing.is === 'refused') return standing
  return standing.value === 'neither' ? refused(noneOurs(object)) : done(standing.value)
}

function noneOurs(object: KubernetesObject): RouteProblem {
  return { is: 'none-ours', entry, destinations: Object.entries(serviceSelector(object)).map(([key, each]) => `${key}=${each}`) }
}

function withSide(object: KubernetesObject, ours: Ours, side: Side): Outcome<KubernetesObject> {
  const standing = standingOf(object, ours)
  if (standing.is === 'refused') return standing
  const { label } = ours
  if (standing.value === side || !label) return done(object)
  const selector = { ...serviceSelector(object), [label.key]: label[side] }
  return done({ ...object, spec: { ...(object.spec as object), selector } })
}

function splitOf(side: Standing, { stable, canary }: Ours): EntrySplit {
  const row = (to: Side): EntrySplit['rows'][number] => {
    const all = to === side
    return { to, destination: to === 'stable' ? stable : canary, weight: all ? 100 : 0, share: all ? 1 : 0, percent: all ? 100 : 0 }
  }
  return {
    entry,
    index: 0,
    pinned: side !== 'stable',
    narrow: true,
    unordered: true,
    ofRoute: 100,
    rows: [row('stable'), row('canary')],
    foreign: [],
  }
}
