import type { ShardEndpoint } from './istiod-pages.ts'
import type { Timed } from './push-clock.ts'

/** An address of a Service as one istiod's index had it over time. */
export interface TrackedEndpoint extends ShardEndpoint {
  /** Since when it has been healthy there; undefined while only the API server calls it ready. */
  readonly since: number | undefined
  /** When the API server called it ready last, as far as was looked; undefined where it was only seen in the index. */
  readonly ready: number | undefined
  /** When it was first seen to be no endpoint any more; undefined while it is one. */
  readonly gone: number | undefined
}

/** Addresses of a Service that the API server calls ready. */
export interface ReadyEndpoints {
  /** When they were looked at, by our clock. */
  readonly asOf: number
  readonly endpoints: readonly ShardEndpoint[]
}

export interface ServiceState {
  /** When its endpoints were first read. */
  readonly since: number
  readonly endpoints: ReadonlyMap<string, TrackedEndpoint>
}

type Services = ReadonlyMap<string, ServiceState>

/** Takes the index of an istiod: of the Services that were read before, and those in `ready`. */
export function endpointsSeen(
  before: Services,
  { answered, value }: Timed<ReadonlyMap<string, readonly ShardEndpoint[]>>,
  ready: ReadonlyMap<string, ReadyEndpoints>,
  bound: number,
): Services {
  const names = new Set([...before.keys(), ...ready.keys()])
  const after = new Map<string, ServiceState>()
  for (const name of names) {
    const known = before.get(name) ?? { since: answered, endpoints: new Map<string, TrackedEndpoint>() }
    after.set(name, {
      ...known,
      endpoints: next(known.endpoints, value.get(name) ?? [], ready.get(name) ?? nothing, { now: answered, bound }),
    })
  }
  return after
}

const nothing: ReadyEndpoints = { asOf: -Infinity, endpoints: [] }

function next(
  before: ReadonlyMap<string, TrackedEndpoint>,
  healthy: readonly ShardEndpoint[],
  ready: ReadyEndpoints,
  { now, bound }: { readonly now: number; readonly bound: number },
): Map<string, TrackedEndpoint> {
  const after = new Map<string, TrackedEndpoint>()
  for (const [address, endpoint] of before) {
    const { labels, ready: last } = endpoint
    const gone = endpoint.gone ?? (mayStillCome(endpoint, now - bound) ? undefined : now)
    after.set(address, { address, labels, since: undefined, ready: last, gone })
  }
  // A ready pod that the index lacks may come into it, and leave it again, before the next look. One that has left it since the pods were
  // looked at has not come back by that.
  for (const { address, labels } of ready.endpoints) {
    const { gone = -Infinity } = after.get(address) ?? {}
    if (gone < ready.asOf) after.set(address, { address, labels, since: undefined, ready: now, gone: undefined })
  }
  for (const { address, labels } of healthy) {
    const { since = now } = before.get(address) ?? {}
    after.set(address, { address, labels, since, ready: after.get(address)?.ready, gone: undefined })
  }
  return after
}

/** An istiod that lags behind may read of a pod that was ready, and tell its proxies, when the pod is long dead. */
function mayStillCome({ since, ready }: TrackedEndpoint, boundAgo: number): boolean {
  return since === undefined && ready !== undefined && ready > boundAgo
}

/** Drops the addresses that were gone by `proven`, the time up to which every proxy is known to have the index. */
export function forgetProven(services: Services, proven: number): Services {
  const isProven = ({ gone }: TrackedEndpoint): boolean => gone !== undefined && gone <= proven
  return new Map(
    [...services].map(([name, service]) => {
      const left = [...service.endpoints].filter(([, endpoint]) => !isProven(endpoint))
      return [name, left.length === service.endpoints.size ? service : { ...service, endpoints: new Map(left) }]
    }),
  )
}
