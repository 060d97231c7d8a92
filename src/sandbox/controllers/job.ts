import { isPodReady } from '#sandbox/pods/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import { namesIn, type Controller, type ControllerWorld } from './controller.ts'
import { newPod } from './new-pod.ts'
import { controllerOf, isActive, keyOf, ownedBy, timestamp, withoutZeros, type Condition, type Pod, type PodTemplate } from './shapes.ts'

const jobs = 'jobs.batch'

interface Job extends KubernetesObject {
  readonly spec: {
    readonly completions?: number
    readonly parallelism?: number
    readonly backoffLimit?: number
    readonly suspend?: boolean
    readonly template: PodTemplate
  }
  readonly status?: { readonly startTime?: string; readonly conditions?: readonly Condition[] }
}

/** Job → Pods that run to completion, once. */
export function jobController({ objects, clock }: ControllerWorld, delay: () => number): Controller {
  return {
    name: 'job',
    delay,
    watches: {
      [jobs]: ({ object }) => [keyOf(object.metadata)],
      pods: ({ object }) => (controllerOf(object)?.kind === 'Job' ? [`${object.metadata.namespace}/${controllerOf(object)?.name}`] : []),
    },
    reconcile(key) {
      const { namespace, name } = namesIn(key)
      const job = objects.get(jobs, namespace, name) as Job | undefined
      if (!job || job.metadata.deletionTimestamp || job.spec.suspend || isOver(job)) return
      const pods = (objects.list('pods', namespace) as readonly Pod[]).filter(pod => ownedBy(pod, job))
      const tally = tallyOf(job, pods)
      for (let n = 0; n < tally.missing; n++) objects.create('pods', newPod(job, withNames(job)))
      const status = statusOf(job, tally, timestamp(clock.now()))
      if (!equal(status, job.status ?? {})) objects.replace(jobs, { ...job, status }, 'status')
    },
  }
}

interface Tally {
  readonly succeeded: number
  readonly failed: number
  readonly active: number
  readonly ready: number
  readonly missing: number
  readonly over: 'Complete' | 'Failed' | undefined
}

function tallyOf({ spec }: Job, pods: readonly Pod[]): Tally {
  const ended = (phase: string): number => pods.filter(pod => pod.status?.phase === phase).length
  const [succeeded, failed] = [ended('Succeeded'), ended('Failed')]
  const { completions = 1, parallelism = 1, backoffLimit = 6 } = spec
  const running = pods.filter(isActive)
  const over = succeeded >= completions ? 'Complete' : failed > backoffLimit ? 'Failed' : undefined
  const missing = over ? 0 : Math.max(0, Math.min(parallelism, completions - succeeded) - running.length)
  return { succeeded, failed, active: running.length + missing, ready: running.filter(isPodReady).length, missing, over }
}

function statusOf(job: Job, { succeeded, failed, active, ready, over }: Tally, now: string): object {
  return {
    startTime: job.status?.startTime ?? now,
    ...withoutZeros({ active, succeeded, failed }),
    ready,
    ...(over === 'Complete' ? { completionTime: now } : {}),
    ...(over ? { conditions: [{ type: over, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...reasons[over] }] } : {}),
  }
}

const reasons = {
  Complete: { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
  Failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
} as const

function isOver(job: Job): boolean {
  return job.status?.conditions?.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True') ?? false
}

function withNames(job: Job): PodTemplate {
  const { uid = '', name } = job.metadata
  const labels = {
    ...job.spec.template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'job-name': name,
  }
  return { ...job.spec.template, metadata: { ...job.spec.template.metadata, labels } }
}
