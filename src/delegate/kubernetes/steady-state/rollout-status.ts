import type { KubernetesObject } from '#base/index.ts'
import { conditionOf } from './state.ts'

/** What `kubectl rollout status` says of a workload, word for word; `error` is what it fails with. */
export type RolloutStatus = { readonly message: string; readonly done: boolean } | { readonly error: string; readonly done: boolean }

interface Spec {
  readonly replicas?: number
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } }
}

type Status = Readonly<Record<string, number | string | undefined>>

/** The kinds that have a rollout. */
export const rolloutStatus = { Deployment: deployment, DaemonSet: daemonSet, StatefulSet: statefulSet }

const waits = (message: string): RolloutStatus => ({ message: `${message}\n`, done: false })
const done = (message: string): RolloutStatus => ({ message: `${message}\n`, done: true })
const notRolling: RolloutStatus = { error: 'rollout status is only available for RollingUpdate strategy type', done: true }

const count = (status: Status, field: string): number => Number(status[field] ?? 0)

function read(object: KubernetesObject): { readonly spec: Spec; readonly status: Status; readonly observed: boolean } {
  const status = (object.status ?? {}) as Status
  return { spec: (object.spec ?? {}) as Spec, status, observed: (object.metadata.generation ?? 0) <= count(status, 'observedGeneration') }
}

function deployment(object: KubernetesObject): RolloutStatus {
  const { spec, status, observed } = read(object)
  const name = `deployment "${object.metadata.name}"`
  if (!observed) return waits('Waiting for deployment spec update to be observed...')
  if (conditionOf(object, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    return { error: `${name} exceeded its progress deadline`, done: false }
  const updated = count(status, 'updatedReplicas')
  const old = count(status, 'replicas') - updated
  const available = count(status, 'availableReplicas')
  const waiting = `Waiting for ${name} rollout to finish:`
  if (spec.replicas !== undefined && updated < spec.replicas)
    return waits(`${waiting} ${updated} out of ${spec.replicas} new replicas have been updated...`)
  if (old > 0) return waits(`${waiting} ${old} old replicas are pending termination...`)
  if (available < updated) return waits(`${waiting} ${available} of ${updated} updated replicas are available...`)
  return done(`${name} successfully rolled out`)
}

function daemonSet(object: KubernetesObject): RolloutStatus {
  const { spec, status, observed } = read(object)
  const name = `daemon set "${object.metadata.name}"`
  if (spec.updateStrategy?.type !== 'RollingUpdate') return notRolling
  if (!observed) return waits('Waiting for daemon set spec update to be observed...')
  const want = count(status, 'desiredNumberScheduled')
  const updated = count(status, 'updatedNumberScheduled')
  const available = count(status, 'numberAvailable')
  const waiting = `Waiting for ${name} rollout to finish:`
  if (updated < want) return waits(`${waiting} ${updated} out of ${want} new pods have been updated...`)
  if (available < want) return waits(`${waiting} ${available} of ${want} updated pods are available...`)
  return done(`${name} successfully rolled out`)
}

function statefulSet(object: KubernetesObject): RolloutStatus {
  const { spec, status, observed } = read(object)
  if (spec.updateStrategy?.type !== 'RollingUpdate') return notRolling
  if (!observed || count(status, 'observedGeneration') === 0) return waits('Waiting for statefulset spec update to be observed...')
  const missing = (spec.replicas ?? 0) - count(status, 'readyReplicas')
  if (missing > 0) return waits(`Waiting for ${missing} pods to be ready...`)
  const updated = count(status, 'updatedReplicas')
  const partition = spec.updateStrategy.rollingUpdate?.partition
  if (partition !== undefined && spec.replicas !== undefined) return partitioned(updated, spec.replicas - partition)
  if (status['updateRevision'] !== status['currentRevision'])
    return waits(`waiting for statefulset rolling update to complete ${updated} pods at revision ${String(status['updateRevision'])}...`)
  return done(
    `statefulset rolling update complete ${count(status, 'currentReplicas')} pods at revision ${String(status['currentRevision'])}...`,
  )
}

function partitioned(updated: number, want: number): RolloutStatus {
  return updated < want
    ? waits(`Waiting for partitioned roll out to finish: ${updated} out of ${want} new pods have been updated...`)
    : done(`partitioned roll out complete: ${updated} new pods have been updated...`)
}
