import { Failure, toFailureRecord } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { Prometheus } from '#delegate/prometheus/index.ts'
import type { CountingSeen, Need, Sight, Subject } from '#model/preflight/index.ts'
import { missingOf } from './rights.ts'

/** What is asked for at least so long (milliseconds) is there if anybody sends requests at all. */
const recently = 300_000
/** Nobody waits longer (milliseconds) for a Prometheus before a run. */
const patience = 5000

/** Who could tell how the requests of a run went: the gateways themselves, and the Prometheus that is named. */
export async function seeCounting(
  subject: Subject,
  gatewayPods: Sight,
  prometheus: Prometheus | undefined,
  objects: Objects,
  signal: AbortSignal,
): Promise<CountingSeen> {
  const namespaces = [...new Set(gatewayPods.items.map(({ metadata }) => metadata.namespace ?? ''))]
  const forward = { verb: 'create', apiVersion: 'v1', kind: 'Pod', subresource: 'portforward', steps: ['the report'] } as const
  const needs = namespaces.map((namespace): Need => ({ ...forward, namespace }))
  const [missing, trouble] = await Promise.all([
    missingOf(objects, needs, signal).catch((error: unknown) => {
      // Who may not even ask whether he may is told so with the other rights.
      if (error instanceof Failure && error.blame === 'user') return []
      throw error
    }),
    prometheus && troubleWith(prometheus, subject, AbortSignal.any([signal, AbortSignal.timeout(patience)])),
  ])
  return { missing, ...(prometheus ? { prometheus: { url: prometheus.url, ...(trouble ? { trouble } : {}) } } : {}) }
}

type Trouble = NonNullable<NonNullable<CountingSeen['prometheus']>['trouble']>

async function troubleWith(prometheus: Prometheus, subject: Subject, signal: AbortSignal): Promise<Trouble | undefined> {
  const { namespace, workload, canary } = subject
  try {
    const { series } = await prometheus.samples(
      [
        { label: '__name__', is: 'istio_requests_total' },
        { label: 'reporter', is: 'source' },
        { label: 'destination_workload_namespace', is: namespace },
        { label: 'destination_workload', is: [workload.metadata.name, canary] },
      ],
      recently,
      signal,
    )
    return series.length === 0 ? 'nobody' : undefined
  } catch (error) {
    const { message, todo } = toFailureRecord(error)
    return { says: message, todo }
  }
}
