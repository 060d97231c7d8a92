import type { Matcher } from '#delegate/prometheus/index.ts'
import type { Workload } from './gateway-pods.ts'
import type { Counted } from './proxy-levels.ts'

/** Whose requests are asked for: those of some gateways, or of everybody who calls the release. */
export type Callers = readonly Workload[] | 'everybody'

/** The flags of requests of which a proxy knew no route, or no cluster. */
const unplaced = ['NR', 'NC']

/**
 * Which of Istio's standard metrics are a release's, as the proxies that sent the requests count them: those to its pods, with how long they took;
 * those to its Services that reached no pod; those that its gateways had no place for. A sidecar's requests without a place may be for any host
 * of the mesh: they are not asked for.
 */
export function questions({ namespace, workloads, services }: Counted, callers: Callers): readonly (readonly Matcher[])[] {
  const sent: readonly Matcher[] = [
    { label: 'reporter', is: 'source' },
    ...(callers === 'everybody' ? [] : [{ label: 'source_workload', is: callers.map(({ workload }) => workload) }]),
  ]
  const placed: readonly Matcher[] = [
    { label: '__name__', is: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'] },
    ...sent,
    { label: 'destination_workload_namespace', is: namespace },
    { label: 'destination_workload', is: [workloads.stable, workloads.canary] },
    { label: 'response_code', isNot: '0' },
  ]
  const nowhere: readonly Matcher[] = [
    { label: '__name__', is: 'istio_requests_total' },
    ...sent,
    { label: 'destination_workload', is: 'unknown' },
  ]
  const ofServices: readonly Matcher[] = [
    ...nowhere,
    { label: 'destination_service_namespace', is: namespace },
    { label: 'destination_service_name', is: services },
  ]
  return [placed, ofServices, ...(callers === 'everybody' ? [] : [[...nowhere, { label: 'response_flags', has: unplaced }]])]
}

/** By workload alone is asked, by namespace is sorted out. */
export function isCalledBy(callers: Callers, labels: Readonly<Record<string, string>>): boolean {
  const { source_workload: workload, source_workload_namespace: namespace } = labels
  return callers === 'everybody' || callers.some(each => each.workload === workload && each.namespace === namespace)
}
