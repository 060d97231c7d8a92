import type { Json, KubernetesObject } from '#base/index.ts'
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

  pin: (object, ours) => service.writeSplit(object, ours, pinnedRows),

  writeSplit(object, ours, rows) {
    const problems = checkRows(rows)
    if (problems.length > 0) return refused({ is: 'rows', problems })
    const whole = rows.find(row => row.weight === 100)
    if (typeof whole?.to !== 'string')
      return refused({ is: 'not-expressible', reason: 'its selector leads to one version at a time, no share of requests' })
    return withSide(object, ours, whole.to)
  },

  readSplit(object, ours) {
    const side = sideOf(object, ours)
    return side.is === 'refused' ? side : done([splitOf(side.value, ours)])
  },

  snapshot(object, ours) {
    const side = sideOf(object, ours)
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

/** The side that the selector leads to; `none-ours` where its label has another value than either. */
function sideOf(object: KubernetesObject, { label }: Ours): Outcome<Side> {
  const read = service.readRoute(object)
  if (read.is === 'refused') return read
  const value = label && serviceSelector(object)[label.key]
  if (label && value === label.stable) return done('stable')
  if (label && value === label.canary) return done('canary')
  return refused({ is: 'none-ours', entry, destinations: Object.entries(serviceSelector(object)).map(([key, each]) => `${key}=${each}`) })
}

function withSide(object: KubernetesObject, ours: Ours, side: Side): Outcome<KubernetesObject> {
  const present = sideOf(object, ours)
  if (present.is === 'refused') return present
  const { label } = ours
  if (present.value === side || !label) return done(object)
  const selector = { ...serviceSelector(object), [label.key]: label[side] }
  return done({ ...object, spec: { ...(object.spec as object), selector } })
}

function splitOf(side: Side, { stable, canary }: Ours): EntrySplit {
  const row = (to: Side): EntrySplit['rows'][number] => {
    const all = to === side
    return { to, destination: to === 'stable' ? stable : canary, weight: all ? 100 : 0, share: all ? 1 : 0, percent: all ? 100 : 0 }
  }
  return {
    entry,
    index: 0,
    pinned: side === 'canary',
    narrow: true,
    unordered: true,
    ofRoute: 100,
    rows: [row('stable'), row('canary')],
    foreign: [],
  }
}
