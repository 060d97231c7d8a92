import type { KubernetesObject } from '#base/index.ts'
import { builtInType } from '../schema/tables.ts'
import type { FieldError } from '../status.ts'
import { ageColumn, count, nameColumn, text } from '../table/column.ts'
import { invalidValue, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Target {
  readonly type?: string
  readonly averageUtilization?: number
  readonly averageValue?: string
  readonly value?: string
}

interface Metric {
  readonly type: string
  readonly resource?: { readonly name: string; readonly target?: Target; readonly current?: Target }
}

interface Autoscaler extends KubernetesObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string; readonly apiVersion?: string }
    readonly minReplicas?: number
    readonly maxReplicas: number
    readonly metrics?: readonly Metric[]
    readonly targetCPUUtilizationPercentage?: number
  }
  readonly status?: {
    readonly currentReplicas?: number
    readonly desiredReplicas?: number
    readonly currentMetrics?: readonly Metric[] | null
    readonly currentCPUUtilizationPercentage?: number
  }
}

const asAutoscaler = (object: KubernetesObject): Autoscaler => object as Autoscaler

const cpu = (averageUtilization: number): Metric => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** What an autoscaler that names no metric aims for, in percent of the requested CPU. */
const usualUtilization = 80

const cpuOf = (metrics: readonly Metric[] | null | undefined): Metric['resource'] | undefined =>
  metrics?.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')?.resource

/** The v1 form knows one metric: CPU, in percent. */
function toV1(object: KubernetesObject): KubernetesObject {
  const { spec, status, ...rest } = asAutoscaler(object)
  const { metrics, ...others } = spec
  const { currentMetrics, ...counts } = status ?? {}
  const wanted = cpuOf(metrics)?.target?.averageUtilization
  const current = cpuOf(currentMetrics)?.current?.averageUtilization
  return {
    ...rest,
    spec: { ...others, ...(wanted === undefined ? {} : { targetCPUUtilizationPercentage: wanted }) },
    status: { currentReplicas: 0, ...counts, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  } as KubernetesObject
}

function fromV1(object: KubernetesObject): KubernetesObject {
  const { spec, status, ...rest } = asAutoscaler(object)
  const { targetCPUUtilizationPercentage: wanted, ...others } = spec
  const { currentCPUUtilizationPercentage: _, currentReplicas, ...counts } = status ?? {}
  return {
    ...rest,
    spec: { ...others, metrics: [cpu(wanted ?? usualUtilization)] },
    status: { desiredReplicas: 0, currentMetrics: null, ...(currentReplicas ? { currentReplicas } : {}), ...counts },
  } as KubernetesObject
}

function check(object: KubernetesObject): readonly FieldError[] {
  const { minReplicas = 1, maxReplicas, scaleTargetRef } = asAutoscaler(object).spec
  const target = 'spec.scaleTargetRef'
  return [
    ...when(minReplicas < 1, () => invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')),
    ...when(maxReplicas < 1, () => invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0')),
    ...when(maxReplicas < minReplicas, () =>
      invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'),
    ),
    ...when(!scaleTargetRef.kind, () => required(`${target}.kind`)),
    ...when(!scaleTargetRef.name, () => required(`${target}.name`)),
    ...when(!scaleTargetRef.apiVersion, () => invalidValue(`${target}.apiVersion`, '', 'apiVersion must specify API group')),
  ]
}

/** A target or what is measured of it, as text: percent of the request, or an amount. */
const amount = (target: Target | undefined): string | undefined =>
  target?.averageUtilization === undefined ? target?.averageValue : `${target.averageUtilization}%`

function metricText({ resource }: Metric, current: readonly Metric[]): string {
  if (!resource) return '<unknown>/<auto>'
  const now = current.find(metric => metric.resource?.name === resource.name)?.resource?.current
  return `${resource.name}: ${amount(now) ?? '<unknown>'}/${amount(resource.target) ?? '<auto>'}`
}

function targets(object: KubernetesObject): string {
  const { spec, status } = asAutoscaler(object)
  return (spec.metrics ?? []).map(metric => metricText(metric, status?.currentMetrics ?? [])).join(', ') || '<none>'
}

export const horizontalPodAutoscalers = builtIn('autoscaling', {
  kind: 'HorizontalPodAutoscaler',
  versions: ['v2', 'v1'],
  type: version => builtInType(version === 'v1' ? 'HorizontalPodAutoscalerV1' : 'HorizontalPodAutoscaler'),
  conversions: { v1: { fromStored: toV1, toStored: fromV1 } },
  short: 'hpa',
  categories: 'all',
  subresources: ['status'],
  rules: {
    defaults: object => {
      const { spec } = asAutoscaler(object)
      return spec.metrics || spec.targetCPUUtilizationPercentage !== undefined || object.apiVersion === 'autoscaling/v1'
        ? object
        : { ...object, spec: { ...spec, metrics: [cpu(usualUtilization)] } }
    },
    check,
  },
  columns: [
    nameColumn,
    text('Reference', object => {
      const { kind, name } = asAutoscaler(object).spec.scaleTargetRef
      return `${kind}/${name}`
    }),
    text('Targets', targets),
    text('MinPods', object => String(asAutoscaler(object).spec.minReplicas ?? '<unset>')),
    count('MaxPods', object => asAutoscaler(object).spec.maxReplicas),
    count('Replicas', object => asAutoscaler(object).status?.currentReplicas ?? 0),
    ageColumn,
  ],
})
