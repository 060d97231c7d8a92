import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Related } from './state.ts'
import { awaitedState, rules, steadyState } from './steady-state.ts'

const now = Date.UTC(2026, 10, 26, 12)
const owner = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: 'x', uid, controller: true }]
const revision = (number: number) => ({ 'deployment.kubernetes.io/revision': String(number) })

const deployment = (status: object, spec: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop', uid: 'd', generation: 2, annotations: revision(2) },
  spec: { replicas: 5, progressDeadlineSeconds: 600, ...spec },
  status: { observedGeneration: 2, ...status },
})
const rolling = deployment({ replicas: 5, updatedReplicas: 5, readyReplicas: 3, availableReplicas: 3 })

const replicaSet = (uid: string, number: number, conditions: readonly object[] = []): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: `cart-${uid}`, namespace: 'shop', uid, ownerReferences: owner('Deployment', 'd'), annotations: revision(number) },
  status: { conditions },
})

const pod = (set: string, status: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `cart-${set}-x`, namespace: 'shop', ownerReferences: owner('ReplicaSet', set), ...metadata },
  status,
})

const waiting = (reason: string, message?: string, more: object = {}) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'app', state: { waiting: { reason, message } }, ...more }],
})

const look = (object: KubernetesObject, related: Related = {}) => {
  const { is, message } = steadyState(object, related, now)
  return `${is}: ${message}`
}
const sets = [replicaSet('old', 1), replicaSet('new', 2)]

describe('messages', () => {
  it('name the object, the fact and the number', () => {
    expect(look(rolling)).toBe('inProgress: Deployment shop/cart: 3 of 5 pods available')
  })

  it('say that a deadline has passed, with the words of the controller', () => {
    const conditions = [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "x" has timed out' },
    ]
    expect(look(deployment({ conditions }))).toBe(
      'failed: Deployment shop/cart: exceeded its progress deadline: ReplicaSet "x" has timed out',
    )
  })
})

describe('a Deployment that cannot get on fails in seconds, not at its deadline', () => {
  it('when a container crashes again and again', () => {
    const crash = waiting('CrashLoopBackOff', 'back-off 10s', {
      restartCount: 3,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    })
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', crash)] })).toBe(
      'failed: Deployment shop/cart: Pod shop/cart-new-x: container app crashes again and again: exits with 137 (OOMKilled), restarted 3 times',
    )
  })

  it('when an image cannot be pulled', () => {
    const pull = waiting('ImagePullBackOff', 'Back-off pulling image "cart:1.4"')
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', pull)] })).toBe(
      'failed: Deployment shop/cart: Pod shop/cart-new-x: container app cannot start: Back-off pulling image "cart:1.4"',
    )
  })

  it('when an init container cannot start', () => {
    const status = {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'init', state: { waiting: { reason: 'CreateContainerConfigError' } } }],
    }
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', status)] })).toContain(
      'container init cannot start: CreateContainerConfigError',
    )
  })

  it('when a quota refuses its pods', () => {
    const refusal = [
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "x" is forbidden: exceeded quota: q' },
    ]
    expect(look(rolling, { replicaSets: [replicaSet('new', 2, refusal)] })).toBe(
      'failed: Deployment shop/cart: ReplicaSet shop/cart-new may not create pods: pods "x" is forbidden: exceeded quota: q',
    )
  })

  it('when no node takes a pod, but only after the scheduler has had 15 s', () => {
    const status = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
    }
    const born = (seconds: number) => ({ creationTimestamp: new Date(now - seconds * 1000).toISOString() })
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', status, born(14))] })).toMatch(/^inProgress/)
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', status, born(16))] })).toBe(
      'failed: Deployment shop/cart: Pod shop/cart-new-x: no node takes it: 0/3 nodes are available',
    )
  })
})

describe('a Deployment does not fail', () => {
  it('for what pods of an older revision suffer', () => {
    expect(look(rolling, { replicaSets: sets, pods: [pod('old', waiting('CrashLoopBackOff'))] })).toMatch(/^inProgress/)
  })

  it('for a pod that is on its way out', () => {
    const dying = pod('new', waiting('CrashLoopBackOff'), { deletionTimestamp: '2026-11-26T12:00:00Z' })
    expect(look(rolling, { replicaSets: sets, pods: [dying] })).toMatch(/^inProgress/)
  })

  it('for a first failed pull, which the kubelet tries again', () => {
    expect(look(rolling, { replicaSets: sets, pods: [pod('new', waiting('ErrImagePull'))] })).toMatch(/^inProgress/)
  })

  it('once it has all it asked for', () => {
    const conditions = [
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      { type: 'Available', status: 'True' },
    ]
    const done = deployment({ replicas: 5, updatedReplicas: 5, readyReplicas: 5, availableReplicas: 5, conditions })
    expect(look(done, { replicaSets: sets, pods: [pod('new', waiting('CrashLoopBackOff'))] })).toBe(
      'current: Deployment shop/cart: 5 pods available',
    )
  })
})

describe('what is awaited tells when it counts as failed by itself', () => {
  const since = '2026-11-26T11:58:00Z'
  const ends = (object: KubernetesObject) => awaitedState(object, {}, now).ends
  const roll = (condition: object, spec: object = {}) =>
    deployment({ replicas: 5, conditions: [{ type: 'Progressing', status: 'True', lastUpdateTime: since, ...condition }] }, spec)
  const job = (spec: object, status: object): KubernetesObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'shop', uid: 'j', generation: 1 },
    spec,
    status: { startTime: since, ...status },
  })

  it('a Deployment so long after its last progress as it says, and a second in which Kubernetes gets there', () => {
    expect(ends(roll({ reason: 'ReplicaSetUpdated' }))).toBe(Date.UTC(2026, 10, 26, 12, 8, 1))
  })

  it('but not one that is paused, that is only scaled, or that has no deadline', () => {
    expect(ends(roll({ status: 'Unknown', reason: 'DeploymentPaused' }, { paused: true }))).toBeUndefined()
    expect(ends(roll({ reason: 'NewReplicaSetAvailable' }))).toBeUndefined()
    expect(ends(roll({ reason: 'ReplicaSetUpdated' }, { progressDeadlineSeconds: 2_147_483_647 }))).toBeUndefined()
  })

  it('a Job so long after its start as it says, with what it has tried', () => {
    const state = awaitedState(job({ activeDeadlineSeconds: 300, backoffLimit: 4 }, { active: 1, failed: 2 }), {}, now)
    expect(state).toMatchObject({
      is: 'inProgress',
      message: 'Job shop/migrate: runs, 1 pod at work, 2 of 5 tries failed',
      ends: Date.UTC(2026, 10, 26, 12, 3, 1),
    })
    expect(ends(job({}, { active: 1 }))).toBeUndefined()
  })

  it('with the first pod that it waits for', () => {
    const pods = [pod('old', { phase: 'Pending' }), pod('new', { phase: 'Running' })]
    expect(awaitedState(rolling, { replicaSets: sets, pods }, now).message).toBe(
      'Deployment shop/cart: 3 of 5 pods available (Pod shop/cart-new-x: runs, not ready yet)',
    )
  })

  it('and is over at once where a pod of a StatefulSet, a DaemonSet or a Job can never start', () => {
    const pull = waiting('ImagePullBackOff', 'Back-off pulling image "cart:1.4"')
    const set: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'cart', namespace: 'shop', uid: 's', generation: 2 },
      spec: { replicas: 2 },
      status: { observedGeneration: 2, replicas: 2, readyReplicas: 1, updateRevision: 'two' },
    }
    const own = (kind: string, uid: string, labels: object = {}) => pod('x', pull, { ownerReferences: owner(kind, uid), labels })
    const state = (object: KubernetesObject, ...pods: readonly KubernetesObject[]) => awaitedState(object, { pods }, now).is
    const revision = (name: string) => ({ 'controller-revision-hash': name })

    expect(state(set, own('StatefulSet', 's', revision('two')))).toBe('failed')
    expect(state(set, own('StatefulSet', 's', revision('one')))).toBe('inProgress')
    expect(state(set, own('StatefulSet', 'another', revision('two')))).toBe('inProgress')
    expect(state(job({}, { active: 1 }), own('Job', 'j'))).toBe('failed')
    const crash = pod('x', waiting('CrashLoopBackOff'), { ownerReferences: owner('Job', 'j') })
    expect(state(job({}, { active: 1 }), crash), 'it is tried again, as often as the Job says').toBe('inProgress')
  })
})

describe('a paused Deployment', () => {
  const conditions = [
    { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' },
    { type: 'Available', status: 'True' },
  ]

  it('is current by its pods, though an edit hides updatedReplicas and its progress is unknown', () => {
    const paused = deployment({ replicas: 5, readyReplicas: 5, availableReplicas: 5, conditions }, { paused: true })
    expect(look(paused)).toBe('current: Deployment shop/cart: 5 pods available, paused')
  })

  it('waits for pods that are missing', () => {
    const paused = deployment({ replicas: 5, readyReplicas: 4, availableReplicas: 4, conditions }, { paused: true })
    expect(look(paused)).toBe('inProgress: Deployment shop/cart: 4 of 5 pods available')
  })
})

describe('the list of rules', () => {
  it('has every file of a kind', () => {
    const kebab = (kind: string) => kind.replace(/(?<!^)[A-Z]/g, letter => `-${letter}`).toLowerCase()
    const notKinds = new Set([
      'cases',
      'containers',
      'fenceposts',
      'generic',
      'present-pods',
      'rollout-status',
      'state',
      'steady-state',
      'trouble',
    ])
    const files = readdirSync(import.meta.dirname).map(file => file.replace(/(\.test)?\.ts$/, ''))
    const named = new Set(Object.keys(rules).map(kebab))
    expect(files.filter(file => !notKinds.has(file) && !named.has(file))).toEqual([])
  })
})
