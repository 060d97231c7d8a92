import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { Related } from './state.ts'
import { rules, steadyState } from './steady-state.ts'

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
    expect(look(rolling)).toBe('inProgress: Deployment shop/cart: waiting for 2 of 5 pods to be available')
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
    expect(look(paused)).toBe('inProgress: Deployment shop/cart: waiting for 1 of 5 pods to be available')
  })
})

describe('the list of rules', () => {
  it('has every file of a kind', () => {
    const kebab = (kind: string) => kind.replace(/(?<!^)[A-Z]/g, letter => `-${letter}`).toLowerCase()
    const notKinds = new Set(['cases', 'containers', 'fenceposts', 'generic', 'rollout-status', 'state', 'steady-state', 'trouble'])
    const files = readdirSync(import.meta.dirname).map(file => file.replace(/(\.test)?\.ts$/, ''))
    const named = new Set(Object.keys(rules).map(kebab))
    expect(files.filter(file => !notKinds.has(file) && !named.has(file))).toEqual([])
  })
})
