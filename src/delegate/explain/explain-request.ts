import type { Objects } from '#delegate/kubernetes/index.ts'
import { explain, servicesReached, type Explanation, type Question } from '#model/explain/index.ts'
import { seePodsOf, seeRouting } from './see-routing.ts'

/** Where a request goes in a cluster, and why. Writes nothing. `namespace` is looked at where the cluster may not be listed. */
export async function explainRequest(
  question: Question,
  { namespace, objects, signal }: { readonly namespace: string; readonly objects: Objects; readonly signal: AbortSignal },
): Promise<Explanation> {
  const routing = await seeRouting(objects, namespace, signal)
  // Which pods to read is known only once the routes are.
  const services = servicesReached(explain(question, routing), routing)
  return explain(question, { ...routing, pods: await seePodsOf(services, objects, signal) })
}
