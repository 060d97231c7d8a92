import type { KubernetesObject } from '#base/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import type { Objects } from './objects.ts'
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
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string }
    readonly minReplicas?: number
    readonly maxReplicas: number
  }
}

/** HorizontalPodAutoscaler: keeps its target between floor and ceiling, and follows the load it is told. */
export function autoscalerController({ objects, clock }: ControllerWorld, delay: () => number): Controller {
  const of =
    (kind: string) =>
    ({ object: { metadata } }: { readonly object: KubernetesObject }) =>
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
      const { namespace, name } = namesIn(key)
      const autoscaler = objects.get(autoscalers, namespace, name) as Autoscaler | undefined
      if (autoscaler) level(objects, autoscaler, timestamp(clock.now()))
    },
  }
}

function level(objects: Objects, autoscaler: Autoscaler, at: string): void {
  const { kind, name } = autoscaler.spec.scaleTargetRef
  const resource = targets[kind]
  const target = resource && objects.get(resource, autoscaler.metadata.namespace ?? '', name)
  if (!target) return
  const spec = target.spec as { readonly replicas?: number }
  const currentReplicas = spec.replicas ?? 1
  // A target at 0 is switched off: autoscaling stays out of it.
  const desiredReplicas = currentReplicas === 0 ? 0 : wantedOf(autoscaler, currentReplicas)
  if (desiredReplicas !== currentReplicas) objects.replace(resource, { ...target, spec: { ...spec, replicas: desiredReplicas } })
  const before = autoscaler.status as { readonly currentReplicas?: number; readonly desiredReplicas?: number } | undefined
  if (before?.currentReplicas === currentReplicas && before.desiredReplicas === desiredReplicas) return
  objects.replace(
    autoscalers,
    { ...autoscaler, status: { currentReplicas, desiredReplicas, lastScaleTime: at, currentMetrics: null } },
    'status',
  )
}

function wantedOf({ spec, metadata }: Autoscaler, now: number): number {
  const load = Number(metadata.annotations?.[loadAnnotation] ?? now)
  return Math.min(spec.maxReplicas, Math.max(spec.minReplicas ?? 1, Number.isFinite(load) ? load : now))
}
