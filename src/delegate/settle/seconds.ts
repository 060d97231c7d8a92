import { formatDuration, type Clock, type KubernetesObject } from '#base/index.ts'
import type { Arrival, EndpointArrival, ListedEndpoint } from '#model/release/index.ts'
import { servingPods } from './pods.ts'
import type { LookedAt, Seen, Settle } from './settle.ts'
import { specVersion } from './spec-version.ts'

/** Milliseconds after which a change counts as arrived everywhere. */
export interface SettleTimes {
  readonly shift: number
  readonly removal: number
}

/**
 * `shift`: where early is harmless, a bit more than a large mesh needs when nothing else changes. `removal`: longer than the longest
 * propagation measured (11.6 s at a debounce of 3 s: Istio's debounce maximum of 10 s and what follows it).
 */
export const defaultTimes: SettleTimes = { shift: 5000, removal: 15_000 }

/** Settles by waiting: a change has arrived a time after this process saw it first, whatever the mesh does. */
export function settleBySeconds(times: SettleTimes, why: string, clock: Clock): Settle {
  const versions = new Map<string, { readonly version: string; readonly since: number }>()
  const endpoints = rememberEndpoints(times)
  const seenSince = (object: KubernetesObject): number => {
    const { uid = '' } = object.metadata
    const version = specVersion(object)
    const present = versions.get(uid)
    if (present?.version === version) return present.since
    versions.set(uid, { version, since: clock.now() })
    return clock.now()
  }
  const arrival = (object: KubernetesObject): Arrival => arrivalAfter(seenSince(object), clock.now(), times)

  return {
    how: 'seconds',
    why,
    wrote: object => void seenSince(object),
    look(what) {
      const now = clock.now()
      const seen: Seen = {
        routes: what.routes.map(arrival),
        ...(what.rule && { rule: arrival(what.rule) }),
        ...endpoints.look(what, now),
      }
      const waits = [...what.routes, what.rule].flatMap(object => (object ? nextThreshold(now - seenSince(object), times) : []))
      return Promise.resolve({ ...seen, nextLookIn: Math.min(seen.nextLookIn, ...waits) })
    },
    rejections: () => Promise.resolve([]),
    endpointClusters: () => Promise.resolve(undefined),
    close: () => undefined,
  }
}

function arrivalAfter(since: number, now: number, times: SettleTimes): Arrival {
  const age = now - since
  const reached = age >= times.removal ? 'removal' : age >= times.shift ? 'shift' : 'none'
  const ends = { shift: since + times.shift, removal: since + times.removal }
  return { reached, says: `${formatDuration(age)} after it was written`, acknowledged: 0, expected: 0, missing: [], ends }
}

/** Milliseconds to the next of the two times; Infinity behind both. */
function nextThreshold(age: number, { shift, removal }: SettleTimes): number {
  const next = [shift, removal].filter(time => time > age)
  return Math.min(...next) - age
}

interface Remembered extends ListedEndpoint {
  readonly since: number
  /** When it was first seen not to be an endpoint any more. */
  readonly gone?: number
}

function rememberEndpoints({ removal }: SettleTimes): {
  look(what: LookedAt, now: number): { readonly endpoints: EndpointArrival; readonly nextLookIn: number }
} {
  let remembered = new Map<string, Remembered>()
  let began: number | undefined

  return {
    look({ services }, now) {
      began ??= now
      const pods = services.flatMap(service => service.pods)
      remembered = updated(remembered, pods, now, removal)
      const all = [...remembered.values()]
      const known = all.filter(({ since, gone }) => gone === undefined && now - since >= removal).map(({ address }) => address)
      const complete = now - began >= removal
      const waits = [
        ...(complete ? [] : [began + removal]),
        ...all.map(({ since, gone }) => (gone ?? since) + removal).filter(time => time > now),
      ].map(time => time - now)
      const endpoints: EndpointArrival = {
        known,
        listed: all.map(({ address, labels }) => ({ address, labels })),
        complete,
        says: `${known.length} of ${all.length} endpoints known for ${formatDuration(removal)}`,
      }
      return { endpoints, nextLookIn: Math.min(...waits) }
    },
  }
}

/** Adds ready pods, marks those that are no endpoints any more, forgets them after `keep` milliseconds. */
function updated(
  before: ReadonlyMap<string, Remembered>,
  pods: readonly KubernetesObject[],
  now: number,
  keep: number,
): Map<string, Remembered> {
  const after = new Map<string, Remembered>()
  for (const { address, labels, ready } of servingPods(pods)) {
    const present = before.get(address)
    if (ready) after.set(address, { address, labels, since: present && present.gone === undefined ? present.since : now })
  }
  for (const [address, endpoint] of before) {
    const gone = endpoint.gone ?? now
    if (!after.has(address) && now - gone < keep) after.set(address, { ...endpoint, gone })
  }
  return after
}
