import type { JsonPatch } from '#base/index.ts'
import { isBookkeeping } from '#model/release/index.ts'
import type { ApiRequest, Cluster, Inside } from './cluster.ts'
import { isDryRun, isRead } from './harmless.ts'

/** What went to the cluster so far. Writes of Leases, records and marks stand apart: they are our book-keeping, not the release. */
export interface Counts {
  readonly reads: number
  /** Writes of objects, the ones below and dry runs not among them. */
  readonly writes: number
  readonly leases: number
  readonly records: number
  readonly marks: number
  readonly dryRuns: number
  /** Watches opened, re-opened ones among them. */
  readonly watches: number
  /** HTTP requests to pods (istiod, gateways). */
  readonly podRequests: number
}

export interface CountedCluster extends Cluster {
  readonly counted: Cluster
  counts(): Counts
}

/** Counts what goes through. Retries count: they reach the API server. */
export function countCalls(cluster: Cluster): CountedCluster {
  const counts = { reads: 0, writes: 0, leases: 0, records: 0, marks: 0, dryRuns: 0, watches: 0, podRequests: 0 }
  return {
    name: cluster.name,
    counted: cluster,
    counts: () => ({ ...counts }),
    request(request, signal) {
      counts[sort(request)]++
      return cluster.request(request, signal)
    },
    watch(path, signal) {
      counts.watches++
      return cluster.watch(path, signal)
    },
    podHttp(pod, port, request, signal) {
      counts.podRequests++
      return cluster.podHttp(pod, port, request, signal)
    },
    ...(cluster.inside && { inside: counting(cluster.inside, () => void counts.podRequests++) }),
  }
}

function counting(inside: Inside, count: () => void): Inside {
  return {
    http: (...asked) => (count(), inside.http(...asked)),
    token: (audience, signal) => inside.token(audience, signal),
  }
}

/** The record of a release is a ConfigMap whose name begins so (design §3.3). */
const record = /\/configmaps\/sluice-/

function sort(request: ApiRequest): keyof Counts {
  if (isRead(request)) return 'reads'
  if (isDryRun(request)) return 'dryRuns'
  if (request.path.includes('/leases')) return 'leases'
  if (record.test(request.path) || record.test(`/configmaps/${createdConfigMap(request)}`)) return 'records'
  return isMark(request) ? 'marks' : 'writes'
}

function createdConfigMap({ method, body }: ApiRequest): string {
  const object = body as { kind?: string; metadata?: { name?: string } } | undefined
  return method === 'POST' && object?.kind === 'ConfigMap' ? (object.metadata?.name ?? '') : ''
}

function isMark({ contentType, body }: ApiRequest): boolean {
  return contentType === 'application/json-patch+json' && isBookkeeping(body as JsonPatch)
}
