import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { apartProblemOf, asksGateways } from './apart.ts'
import type { Goal } from './goal.ts'
import type { Release } from './release.ts'
import type { Which } from './which.ts'

const object = (apiVersion: string, kind: string, spec: object): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name: 'cart', namespace: 'shop' }, spec }) as KubernetesObject
const release = {
  namespace: 'shop',
  subsets: { stable: 'stable', canary: 'canary' },
  literals: [],
  execution: 'lint',
} as unknown as Release
const labels = { app: 'cart' }

const backend = { service: { name: 'cart', port: { number: 80 } } }
const ingress = object('networking.k8s.io/v1', 'Ingress', { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] })
const httpRoute = object('gateway.networking.k8s.io/v1', 'HTTPRoute', { rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] })

/** What lint refuses of a release by this route, without a cluster. */
function told(route: KubernetesObject, goal: Goal, more: Partial<Release> = {}): string | undefined {
  const which: Which = {
    routes: [route],
    rule: undefined,
    stage: undefined,
    host: 'cart',
    service: object('v1', 'Service', { selector: labels }),
    workload: object('apps/v1', 'Deployment', { selector: { matchLabels: labels } }),
  }
  return apartProblemOf(which, [goal], { ...release, ...more })?.problem.is
}

const by = (match: Extract<Goal, { to: 'headerRoute' }>['match'][number]): Goal => ({
  to: 'headerRoute',
  name: 'beta',
  match: [match],
  fixed: false,
})
const half: Goal = {
  to: 'split',
  fixed: false,
  rows: [
    { to: 'stable', weight: 50 },
    { to: 'canary', weight: 50 },
  ],
}
const copies: Goal = { to: 'mirror', percent: 50, allowUnsafeMethods: true, fixed: false }
const sticky = { cookie: 'v', maxAge: 60 }

it('refuses without a cluster what a canary Ingress has no annotation for', () => {
  expect(told(ingress, by({ headers: { a: { exact: '1' } } }))).toBeUndefined()
  expect(told(ingress, by({ uri: { exact: '/new' } }))).toBe('not-expressible')
  expect(told(ingress, copies)).toBe('not-expressible')
  expect(told(ingress, half, { sticky })).toBe('not-expressible')
})

it('refuses without a cluster nothing of an HTTPRoute that some gateways can', () => {
  expect([told(httpRoute, copies), told(httpRoute, half, { sticky }), told(httpRoute, by({ cookie: { name: 'a' } }))]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(told(httpRoute, by({ uri: { regex: '/a.*' } }))).toBe('not-expressible')
})

it('looks at gateways only where a run tells requests apart', () => {
  expect(asksGateways([half], release)).toBe(false)
  expect(asksGateways([half], { ...release, sticky })).toBe(true)
  expect(asksGateways([copies], release)).toBe(true)
})
