import type { Objects } from '#delegate/kubernetes/index.ts'
import { seeEverywhere } from '#delegate/preflight/index.ts'
import { bypassedServices, bypassReport, type BypassReport } from '#model/explain/index.ts'
import { seePodsOf } from './see-routing.ts'

/** Every way past the managed routes of a Service, or of all of a namespace. Writes nothing. Fails where there is no such Service or route. */
export async function explainBypass(
  service: string | undefined,
  { namespace, objects, signal }: { readonly namespace: string; readonly objects: Objects; readonly signal: AbortSignal },
): Promise<BypassReport> {
  const all = (apiVersion: string, kind: string) => seeEverywhere(objects, { apiVersion, kind }, namespace, signal)
  const [virtualServices, httpRoutes, services] = await Promise.all([
    all('networking.istio.io/v1', 'VirtualService'),
    all('gateway.networking.k8s.io/v1', 'HTTPRoute'),
    all('v1', 'Service'),
  ])
  const facts = { virtualServices, httpRoutes, services, pods: { items: [] } }
  const asked = bypassedServices(facts, namespace, service)
  // Other Services of the namespace may stand in front of the same pods.
  const near = services.items.filter(({ metadata }) => metadata.namespace === namespace)
  return bypassReport(asked, namespace, { ...facts, pods: await seePodsOf(near, objects, signal) })
}
