import type { KubernetesObject } from '#base/index.ts'
import type { CartWorld } from './cart-world.ts'
import { inShop, someone } from './story.ts'

// Autoscalers of the shop's Deployments, and the load that makes them act.

export const autoscalers = 'horizontalpodautoscalers.autoscaling'

export const autoscalerOf = (name: string, minReplicas: number): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: inShop(name),
  spec: { minReplicas, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, metrics: [] },
})

/** The cart's load asks its autoscaler for so many pods. */
export function loadWants({ sandbox }: CartWorld, pods: number): void {
  const annotations = { 'sandbox.sluice.dev/wanted-replicas': String(pods) }
  sandbox.apiServer.objects.patch(autoscalers, inShop('cart'), { metadata: { annotations } }, someone)
}
