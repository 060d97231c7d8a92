import type { KubernetesObject } from '#base/index.ts'
import type { Controller, ControllerWorld } from './controller.ts'
import { keyOf, timestamp } from './shapes.ts'

const autoscalers = 'horizontalpodautoscalers.autoscaling'

/** Annotation of an autoscaler: how many replicas its load would want. There is no load to measure, so a test or a person says it. */
export const loadAnnotation = 'sandbox.sluice.dev/wanted-replicas'

/** Kinds that can be scaled, with their resource. */
const targets: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
}

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string }; readonly minReplicas?: number; readonly maxReplicas: number }
}

/** HorizontalPodAutoscaler: keeps its target between floor and ceiling, and follows the load it is told. */
export function autoscalerController({ objects, clock }: ControllerWorld, delay: () => number): Controller {
  const of = (kind: string) => ({ object: { metadata } }: { readonly object: KubernetesObject }) =>
    (objects.list(autoscalers, metadata.namespace) as readonly Autoscaler[])
      .filter(({ spec }) => spec.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === metadata.name)
      .map(autoscaler => keyOf(autoscaler.metadata))
  return {
    name: 'horizontalpodautoscaler',
    delay,
    watches: {
      [autoscalers]: ({ object }) => [keyOf(object.metadata)],
      ...Object.fromEntries(Object.entries(targets).map(([kind, resource]) => [resource, of(kind)])),
    },
    reconcile(key) {
      const [namespace = '', name = ''] = key.split('/')
      const autoscaler = objects.get(autoscalers, namespace, name) as Autoscaler | undefined
      const resource = targets[autoscaler?.spec.scaleTargetRef.kind ?? '']
      const target = autoscaler && resource && objects.get(resource, namespace, autoscaler.spec.scaleTargetRef.name)
      if (!autoscaler || !resource || !target) return
      const spec = target.spec as { readonly replicas?: number }
      const now = spec.replicas ?? 1
      const wanted = wantedOf(autoscaler, now)
      // A target at 0 is switched off: autoscaling stays out of it.
      if (now > 0 && wanted !== now) objects.replace(resource, { ...target, spec: { ...spec, replicas: wanted } })
      const status = { currentReplicas: now, desiredReplicas: now > 0 ? wanted : 0 }
      const before = autoscaler.status as Partial<typeof status> | undefined
      if (before?.currentReplicas === status.currentReplicas && before.desiredReplicas === status.desiredReplicas) return
      objects.replace(autoscalers, { ...autoscaler, status: { ...status, lastScaleTime: timestamp(clock.now()), currentMetrics: null } }, 'status')
    },
  }
}

function wantedOf({ spec, metadata }: Autoscaler, now: number): number {
  const load = Number(metadata.annotations?.[loadAnnotation] ?? now)
  return Math.min(spec.maxReplicas, Math.max(spec.minReplicas ?? 1, Number.isFinite(load) ? load : now))
}
