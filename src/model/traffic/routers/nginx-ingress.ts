// How a split stands in Ingresses of ingress-nginx: the main Ingress is never written; a second one, the canary Ingress, holds the canary's
// Service and its weight, and is there only while a run is.
//
// 1. The main Ingress is only read: what is not ours cannot change.
// 2. An edit of the canary Ingress changes its annotations of weight, or those of header routes.
// 3. What ingress-nginx would not do as it is asked is refused: rows beside stable and canary, some paths of a Service and not the others.
import type { Json, KubernetesObject } from '#base/index.ts'
import { canaryAnnotations, canaryPolicyOf, canaryShare, type CanaryPolicy } from '../ingress-nginx/canary.ts'
import { ingressGroup, isIngress, type Ingress } from '../ingress-nginx/objects.ts'
import { checkRows, pinnedRows, rowText, type Side } from '../rows.ts'
import { canaryIngressName, canaryIngressOf, readMain, servicesOf } from './canary-ingress.ts'
import { chooseEntries } from './choice.ts'
import { besideWeight, HEADER_ROUTES, headerRouteAnnotations, readHeaderRoutes } from './nginx-apart.ts'
import { done, refused, type EntrySplit, type Ours, type Outcome, type Router } from './router.ts'

/** A canary Ingress has one entry, its annotations of weight. */
const entry = 'canary-weight'

type Annotations = Readonly<Record<string, string>>

/** Splits by the annotations of a canary Ingress. An entry of the main one is a Service that it leads to, by its name. */
export const nginxIngress: Router = {
  name: 'ingress-nginx',
  group: ingressGroup,
  kind: 'Ingress',
  can: {
    shares: true,
    subsets: false,
    entries: false,
    foreign: false,
    literals: false,
    headers: true,
    mirror: false,
    withoutStable: false,
  },

  readRoute(object, choice) {
    const read = readMain(object)
    if (read.is === 'refused') return read
    const { services } = read.value
    const chosen = chooseEntries(services, () => false, choice)
    if (chosen.is === 'refused') return chosen
    return done(
      chosen.value.map(index => {
        const host = services[index] ?? ''
        return { entry: host, index, destinations: [{ destination: { host }, weight: 100, share: 1 }] }
      }),
    )
  },

  pin: (object, ours) => nginxIngress.writeSplit(object, ours, pinnedRows),

  writeSplit(object, ours, rows) {
    const problems = checkRows(rows)
    if (problems.length > 0) return refused({ is: 'rows', problems })
    const literal = rows.find(({ to }) => typeof to !== 'string')
    if (literal) return refused({ is: 'not-expressible', reason: `there is no place for ${rowText(literal.to)} beside stable and canary` })
    const canary = canaryOf(object, ours)
    if (canary.is === 'refused') return canary
    const percent = rows.find(({ to }) => to === 'canary')?.weight ?? 0
    const { weightTotal = 100 } = canaryPolicyOf(canary.value) ?? {}
    const weight = String(weightOf(percent, weightTotal))
    return done(withAnnotations(canary.value, { [canaryAnnotations.enabled]: 'true', [canaryAnnotations.weight]: weight }))
  },

  readSplit(object, ours) {
    const canary = canaryOf(object, ours)
    return canary.is === 'refused' ? canary : done([splitOf(canary.value, ours)])
  },

  snapshot(object, ours) {
    const canary = canaryOf(object, ours)
    if (canary.is === 'refused') return canary
    const { annotations = {} } = canary.value.metadata
    const weights = Object.fromEntries(Object.entries(annotations).filter(([name]) => ofWeight.includes(name)))
    return done({ entries: [{ index: 0, name: entry, destinations: weights as Json }] })
  },

  restore(object, { entries: [before] }, ours) {
    const canary = canaryOf(object, ours)
    if (canary.is === 'refused') return canary
    const cleared = headerRouteAnnotations(canary.value, { is: 'nothing' })
    if (cleared.is === 'refused') return cleared
    const nothing = Object.fromEntries(ofWeight.map(name => [name, undefined]))
    return done(withAnnotations(canary.value, { ...cleared.value, ...nothing, ...(before?.destinations as Annotations | undefined) }))
  },

  // What its webhook would refuse has been refused; it says nothing of an object that is stored.
  accepted: () => ({ is: 'accepted' }),

  apart: {
    read(object, ours) {
      const canary = canaryOf(object, ours)
      return canary.is === 'refused' ? canary : done(readHeaderRoutes(canary.value))
    },
    write(object, ours, change) {
      const canary = canaryOf(object, ours)
      if (canary.is === 'refused') return canary
      const changes = headerRouteAnnotations(canary.value, change)
      return changes.is === 'refused' ? changes : done(withAnnotations(canary.value, changes.value))
    },
    putBack(object, ours, left) {
      const canary = canaryOf(object, ours)
      if (canary.is === 'refused') return canary
      const { annotations = {} } = left.metadata
      const names = [...besideWeight, HEADER_ROUTES]
      return done(withAnnotations(canary.value, Object.fromEntries(names.map(name => [name, annotations[name]]))))
    },
  },

  beside: {
    name: canaryIngressName,
    make: (route, { stable, canary }, others) =>
      canaryIngressOf(route, { stable: serviceIn(stable.host), canary: serviceIn(canary.host) }, 0, others as readonly Ingress[]),
  },
}

/** Annotations that a run writes and gives back. */
const ofWeight: readonly string[] = [canaryAnnotations.enabled, canaryAnnotations.weight, canaryAnnotations.weightTotal]

/** An Ingress names Services of its own namespace only. */
function serviceIn(host: string): string {
  return host.split('.')[0] ?? host
}

/** An Ingress that leads to the canary's Service and nowhere else. */
function canaryOf(object: KubernetesObject, { canary }: Ours): Outcome<Ingress> {
  if (!isIngress(object)) return refused({ is: 'other-kind', want: 'Ingress' })
  const services = servicesOf(object)
  const [only, another] = services
  if (only !== serviceIn(canary.host) || another !== undefined) return refused({ is: 'none-ours', entry, destinations: services })
  return done(object)
}

/** At weight 0 a canary pod gets nothing, whatever its number. Requests with the header or cookie of the canary are not in the split. */
function splitOf(ingress: Ingress, { stable, canary }: Ours): EntrySplit {
  const policy = canaryPolicyOf(ingress)
  const percent = policy ? percentOf(policy) : 0
  const row = (to: Side, of: number): EntrySplit['rows'][number] => {
    const destination = to === 'stable' ? stable : canary
    return { to, destination, weight: of, share: of / 100, percent: of }
  }
  const rows = [row('stable', 100 - percent), row('canary', percent)]
  return { entry, index: 0, pinned: percent > 0, narrow: true, unordered: true, ofRoute: 100, rows, foreign: [] }
}

/** Of so many in all; whole, as the annotation is. */
function weightOf(percent: number, weightTotal: number): number {
  return Math.round((percent * weightTotal) / 100)
}

/** What a run asks for is read again as it was asked for; any other weight as the share that it is. */
function percentOf(policy: CanaryPolicy): number {
  const percent = canaryShare(policy) * 100
  const asked = Math.round(percent)
  return weightOf(asked, policy.weightTotal) === policy.weight ? asked : percent
}

/** The very same object where nothing changes; undefined takes an annotation out. */
function withAnnotations(ingress: Ingress, changes: Readonly<Record<string, string | undefined>>): Ingress {
  const { annotations = {} } = ingress.metadata
  if (Object.entries(changes).every(([name, value]) => annotations[name] === value)) return ingress
  const kept = Object.entries({ ...annotations, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...ingress, metadata: { ...ingress.metadata, annotations: Object.fromEntries(kept) } }
}
