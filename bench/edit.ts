import type { KubernetesObject } from '#base/index.ts'
import { patchBetween, routerFor } from '#model/release/index.ts'
import type { Ours } from '#model/traffic/index.ts'
import type { Figure } from './figure.ts'
import { median, milliseconds, percentile } from './statistics.ts'

/** Entries of the route, ours among them. */
const entries = 200
/** Edits that are measured, each with other weights; the first ones warm the machine up and do not count. */
const edits = { all: 300, cold: 50 }

const ours: Ours = {
  entries: ['entry-100'],
  stable: { host: 'cart', subset: 'stable' },
  canary: { host: 'cart', subset: 'canary' },
  atRest: [{ host: 'cart' }],
  namespace: 'shop',
}

/** One split into a large VirtualService: the changed copy, and the patch that touches its leaves only. */
export const edit: Figure = {
  name: 'edit',
  measure() {
    let route = largeRoute()
    const taken = Array.from({ length: edits.all }, (_, index) => {
      const canary = index % 2 === 0 ? 10 : 20
      const from = performance.now()
      const { after, operations } = written(route, canary)
      const took = performance.now() - from
      if (index > 0 && operations !== 2) throw new Error(`an edit of ${operations} operations is not lossless`)
      route = after
      return took
    }).slice(edits.cold)
    const all = milliseconds(median(taken))
    const says = `median ${all}, p99 ${milliseconds(percentile(taken, 0.99))}: one split into a VirtualService of ${entries} entries, as a patch of 2 leaves`
    return Promise.resolve([{ says, asked: '≤ 5 ms', ok: median(taken) <= 5 }])
  },
}

function written(route: KubernetesObject, canary: number): { readonly after: KubernetesObject; readonly operations: number } {
  const split = routerFor(route).writeSplit(route, ours, [
    { to: 'stable', weight: 100 - canary },
    { to: 'canary', weight: canary },
  ])
  if (split.is === 'refused') throw new Error(JSON.stringify(split.problem))
  return { after: split.value, operations: patchBetween(route, split.value).length }
}

/** As people write them: matches, rewrites, retries and headers in every entry. */
function largeRoute(): KubernetesObject {
  const http = Array.from({ length: entries }, (_, index) => ({
    name: `entry-${index}`,
    match: [{ uri: { prefix: `/part-${index}/` }, headers: { 'x-tenant': { exact: `tenant-${index}` } } }],
    rewrite: { uri: '/' },
    timeout: '10s',
    retries: { attempts: 2, perTryTimeout: '2s', retryOn: 'connect-failure,refused-stream' },
    headers: { request: { set: { 'x-part': String(index) } } },
    route: [{ destination: { host: index === 100 ? 'cart' : `part-${index}`, port: { number: 8080 } } }],
  }))
  const spec = { hosts: ['shop.example.com'], gateways: ['shop-gateway'], http }
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'shop', namespace: 'shop' }, spec }
}
