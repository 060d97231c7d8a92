import type { Exchange, ProxyStatus, ShardEndpoint, XdsType } from './istiod-pages.ts'
import { xdsTypes } from './istiod-pages.ts'
import { newTracker, observe, type IstiodLook, type TrackerState } from './tracker.ts'

/** For tests: histories of a mesh, written by hand. Times are milliseconds from the beginning. */
export const bound = 11_100
export const calm = 1100

/** The nonce of a push; `copy` tells nonces of one push apart. */
export function nonce(push: number, copy = 0): string {
  const second = String(Math.floor(push / 10)).padStart(2, '0')
  return `2026-11-26T12:00:${second}Z/${push}00000000-0000-4000-8000-${String(copy).padStart(12, '0')}`
}

type Told = readonly [sent: string, acked: string, lastError?: string]

export interface IstiodTold {
  readonly istiod?: string
  /** Of VirtualService shop/cart and DestinationRule shop/cart. */
  readonly route?: number
  readonly rule?: number
  readonly uid?: string
  readonly pushes?: readonly [count: number, seconds: number]
  /** How many changes it has taken. */
  readonly updates?: number
  /** By proxy and type; a type that is not named has nonce `nonce(1)`, acknowledged. */
  readonly proxies?: Readonly<Record<string, Partial<Record<XdsType, Told>>>>
  /** Healthy addresses of Service cart.shop. */
  readonly endpoints?: readonly string[]
  readonly tellsErrors?: boolean
}

/** One answer of an istiod that was asked `at`, with what it told. */
export function look(at: number, told: IstiodTold): IstiodLook {
  const timed = <T>(value: T) => ({ asked: at, answered: at, value })
  const { uid = 'u1', tellsErrors = true } = told
  const configs = [
    ...(told.route === undefined ? [] : [{ key: 'VirtualService shop/cart', uid, generation: told.route }]),
    ...(told.rule === undefined ? [] : [{ key: 'DestinationRule shop/cart', uid, generation: told.rule }]),
  ]
  const proxies = Object.entries(told.proxies ?? {}).map(([id, types]) => status(id, types, tellsErrors))
  return {
    istiod: told.istiod ?? 'istiod-a',
    ...(configs.length > 0 && { configs: timed(configs) }),
    ...(told.pushes && { pushes: timed({ count: told.pushes[0], seconds: told.pushes[1], process: 1 }) }),
    ...(told.updates !== undefined && { updates: timed({ updates: told.updates, process: 1 }) }),
    ...(told.proxies && { proxies: timed(proxies) }),
    ...(told.endpoints && { shards: timed(new Map([['cart.shop', told.endpoints.map(shard)]])) }),
  }
}

export const shard = (address: string): ShardEndpoint => ({ address, labels: { app: 'cart' } })

function status(id: string, types: Partial<Record<XdsType, Told>>, tellsErrors: boolean): ProxyStatus {
  const exchange = (type: XdsType): Exchange => {
    const [sent, acked, lastError] = types[type] ?? [nonce(1), nonce(1)]
    return { sent: sent === '' ? undefined : sent, acked: acked === '' ? undefined : acked, lastError }
  }
  const all = Object.fromEntries(xdsTypes.map(type => [type, exchange(type)])) as Record<XdsType, Exchange>
  return { id, tellsErrors, types: all }
}

export interface RoundTerms {
  readonly present?: readonly string[]
  readonly ready?: readonly string[]
  /** When those were looked at; left out: just now. */
  readonly readyAsOf?: number
}

/** Plays rounds, each a list of looks, and gives the state behind the last one. */
export function play(rounds: readonly (readonly IstiodLook[])[], terms: RoundTerms = {}, from: TrackerState = newTracker): TrackerState {
  const { present = ['istiod-a', 'istiod-b'], ready = [], readyAsOf = Infinity } = terms
  const given = {
    bound,
    calm,
    present: new Set(present),
    ready: new Map([['cart.shop', { asOf: readyAsOf, endpoints: ready.map(shard) }]]),
  }
  return rounds.reduce((state, looks) => observe(state, looks, given), from)
}
