import { describe, expect, it } from 'vitest'
import { against, deployment, facts, fine, object, said } from './cart-facts.contract.ts'
import { matches } from './labels.ts'

const hpa = (name: string, minReplicas: number, more: object = {}) =>
  object('HorizontalPodAutoscaler', name, { minReplicas, scaleTargetRef: { kind: 'Deployment', name: 'cart' } }, more)
const scaled = (minReplicaCount?: number) =>
  object('ScaledObject', 'cart', { scaleTargetRef: { name: 'cart' }, ...(minReplicaCount === undefined ? {} : { minReplicaCount }) })

describe('autoscalers', () => {
  it('have their floor raised to what runs now, which is said', () => {
    expect(fine('scaling', facts({ autoscalers: [hpa('cart', 2)] }))).toEqual([
      'HorizontalPodAutoscaler shop/cart: minReplicas is raised from 2 to 4 for the run; its metrics are averaged over canary pods too',
    ])
    expect(fine('scaling', facts({ autoscalers: [hpa('cart', 6)] }))[0]).toContain('minReplicas stays 6')
  })

  it('row 6, flagger 19: of KEDA have the floor of their ScaledObject raised for the run', () => {
    const of = (object: ReturnType<typeof scaled>): string => fine('scaling', facts({}, { scaledObjects: { items: [object] } }))[0] ?? ''
    expect(of(scaled(1))).toContain('minReplicaCount is raised from 1 to 4 for the run')
    expect(of(scaled())).toContain('minReplicaCount is raised from 0 to 4 for the run')
    expect(of(scaled(4))).toContain('minReplicaCount stays 4')
  })

  it('that are paused are told with what that means', () => {
    const paused = (annotations: Readonly<Record<string, string>>): string => {
      const object = scaled(1)
      const items = [{ ...object, metadata: { ...object.metadata, annotations } }]
      return fine('scaling', facts({}, { scaledObjects: { items } }))[0] ?? ''
    }
    expect(paused({ 'autoscaling.keda.sh/paused-replicas': '2' })).toContain('paused at 2 pods')
    expect(paused({ 'autoscaling.keda.sh/paused': 'true' })).toContain('paused: the number of pods stays as it is')
  })

  it('are one too many where two scale the workload, one that KEDA made not counted', () => {
    const made = hpa('keda-hpa-cart', 1, {
      ownerReferences: [{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'cart', uid: 'u' }],
    })
    expect(said('scaling', facts({ autoscalers: [made] }, { scaledObjects: { items: [scaled(4)] } }))).toEqual([])
    expect(said('scaling', facts({ autoscalers: [hpa('a', 4), hpa('b', 4)] }))).toEqual(['warn SEVERAL-AUTOSCALERS'])
  })
})

const budget = (name: string, spec: object, selector: object = { matchLabels: { app: 'cart' } }) =>
  object('PodDisruptionBudget', name, { selector, ...spec })
const budgets = (...items: ReturnType<typeof object>[]) => facts({}, { budgets: { items } })

describe('disruption budgets', () => {
  it('with a number of available pods are met by canary pods too', () => {
    expect(said('scaling', budgets(budget('cart', { minAvailable: 3 })))).toEqual(['warn BUDGET-COUNTS-CANARY'])
    expect(fine('scaling', budgets(budget('cart', { minAvailable: '75%' })))[0]).toContain('minAvailable 75% holds')
    expect(fine('scaling', budgets(budget('cart', { maxUnavailable: 1 })))[0]).toContain('maxUnavailable 1 holds')
  })

  it('allow no eviction where two select a pod, be it the canary alone', () => {
    const canaryOnly = budget('canary', { maxUnavailable: 1 }, { matchExpressions: [{ key: 'sluice.dev/track', operator: 'Exists' }] })
    const percent = { minAvailable: '50%' }
    expect(said('scaling', budgets(budget('a', percent), budget('b', percent)))).toEqual(['warn BUDGETS-OVERLAP'])
    expect(said('scaling', budgets(budget('a', percent), canaryOnly))).toEqual(['warn BUDGETS-OVERLAP', 'warn SELECTOR-CHANGES'])
  })
})

describe('selectors', () => {
  const subject = { workload: deployment('1', { labels: { version: 'v1' } }), next: deployment('2', { labels: { version: 'v2' } }) }
  const byVersion = { matchLabels: { version: 'v1' } }

  it('by a label of the old version miss the canary', () => {
    const found = facts(subject, {
      budgets: { items: [budget('cart', { maxUnavailable: 1 }, byVersion)] },
      networkPolicies: { items: [object('NetworkPolicy', 'cart', { podSelector: byVersion })] },
    })
    expect(said('scaling', found)).toEqual(['warn SELECTOR-CHANGES', 'warn SELECTOR-CHANGES'])
    expect(against('scaling', found)[1]?.message).toBe('NetworkPolicy shop/cart: selects stable pods and none of the canary pods.')
  })

  it('are read as Kubernetes reads them', () => {
    const labels = { app: 'cart' }
    expect(matches({}, labels)).toBe(true)
    expect(matches(undefined, labels)).toBe(false)
    const by = (operator: string, values: string[] = [], key = 'app'): boolean =>
      matches({ matchExpressions: [{ key, operator, values }] }, labels)
    expect([by('In', ['cart']), by('In', ['x']), by('NotIn', ['x']), by('NotIn', ['cart']), by('NotIn', ['x'], 'y')]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
    expect([by('Exists'), by('DoesNotExist'), by('Exists', [], 'y'), by('DoesNotExist', [], 'y'), by('Guessed')]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ])
  })
})
