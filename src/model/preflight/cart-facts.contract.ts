import type { KubernetesObject } from '#base/index.ts'
import { preflightFindings } from './check.ts'
import type { Around, Facts, Sight, Subject } from './facts.ts'
import type { Concern, PreflightFinding } from './finding.ts'

/** An object of namespace `shop`, unless `more` says otherwise. */
export function object(kind: string, name: string, spec: object = {}, more: object = {}): KubernetesObject {
  const versions: Readonly<Record<string, string>> = {
    Deployment: 'apps/v1',
    VirtualService: 'networking.istio.io/v1',
    DestinationRule: 'networking.istio.io/v1',
    HTTPRoute: 'gateway.networking.k8s.io/v1',
    HorizontalPodAutoscaler: 'autoscaling/v2',
    PodDisruptionBudget: 'policy/v1',
    NetworkPolicy: 'networking.k8s.io/v1',
    ScaledObject: 'keda.sh/v1alpha1',
  }
  const metadata = { name, namespace: 'shop', uid: `uid of ${kind} ${name}`, creationTimestamp: '2026-02-01T00:00:00Z', ...more }
  return { apiVersion: versions[kind] ?? 'v1', kind, metadata, spec }
}

const labels = { app: 'cart' }

/** A Deployment of four pods of this version; `template` adds to its pods. */
export function deployment(version: string, template: { readonly labels?: object; readonly spec?: object } = {}): KubernetesObject {
  const containers = [{ name: 'cart', image: `ghcr.io/acme/cart:${version}` }]
  return object('Deployment', 'cart', {
    replicas: 4,
    selector: { matchLabels: labels },
    template: { metadata: { labels: { ...labels, ...template.labels } }, spec: { containers, ...template.spec } },
  })
}

export const route = object('VirtualService', 'cart', {
  hosts: ['test.com'],
  gateways: ['web'],
  http: [{ route: [{ destination: { host: 'cart-svc' } }] }],
})
export const rule = object('DestinationRule', 'cart', { host: 'cart-svc' })

export function pod(name: string, spec: object = {}, more: object = {}): KubernetesObject {
  return object('Pod', name, { containers: [{ name: 'cart' }], ...spec }, more)
}

const subject: Subject = {
  namespace: 'shop',
  steps: [
    { name: 'Canary Deployment', goals: [{ to: 'pinned' }, { to: 'prepared', instances: { percent: 25 }, fixed: false }] },
    {
      name: 'Traffic Split',
      goals: [
        {
          to: 'split',
          rows: [
            { to: 'canary', weight: 50 },
            { to: 'stable', weight: 50 },
          ],
          fixed: false,
        },
      ],
    },
    { name: 'Rollout Deployment', goals: [{ to: 'promoted', traffic: 'auto' }] },
  ],
  bypass: 'accept',
  remoteEndpoints: 'refuse',
  settle: 'auto',
  subsets: ['stable', 'canary'],
  host: 'cart-svc',
  service: object('Service', 'cart-svc', { selector: labels }),
  services: [],
  routes: [route],
  rule: { before: rule, after: rule },
  workload: deployment('1'),
  next: deployment('2'),
  canary: 'cart-canary',
  pods: ['a', 'b', 'c', 'd'].map(name => pod(name)),
  first: false,
  record: 'sluice-record-cart',
  autoscalers: [],
  manifests: [route, rule, deployment('2')].map(each => ({ object: each, live: each })),
}

const nothing: Sight = { items: [] }

/** Everything may be seen, and nothing is there beside the release and one gateway. */
const around: Around = {
  rights: { is: 'everything' },
  settle: { how: 'acknowledged', why: 'istiod tells' },
  missingForIstiod: [],
  counting: { missing: [] },
  rejections: [],
  gatewayPods: { items: [object('Pod', 'gateway-1', {}, { namespace: 'istio-system' })] },
  home: { items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }] },
  virtualServices: { items: [route] },
  destinationRules: { items: [rule] },
  httpRoutes: nothing,
  ingresses: nothing,
  ingressClasses: nothing,
  scaledObjects: nothing,
  budgets: nothing,
  networkPolicies: nothing,
  quotas: nothing,
  nodes: nothing,
  endpointClusters: ['Kubernetes'],
  wayBack: [{ object: 'VirtualService shop/cart' }],
}

/** The cart of the tests, four pods behind one gateway, with what a test changes. */
export function facts(own: Partial<Subject> = {}, seen: Partial<Around> = {}): Facts {
  return { subject: { ...subject, ...own }, around: { ...around, ...seen } }
}

/** Facts in which one thing is not known. */
export function without(key: 'rejections' | 'endpointClusters', all: Facts = facts()): Facts {
  const { [key]: _, ...seen } = all.around
  return { ...all, around: seen }
}

export function unseen(why = 'no right to list them'): Sight {
  return { items: [], unseen: why }
}

/** What is said about one concern, without what is fine: `warn CODE`. */
export function said(concern: Concern, all: Facts): readonly string[] {
  return against(concern, all).map(({ level, code }) => `${level} ${code.replace('SL-PREFLIGHT-', '')}`)
}

export function against(concern: Concern, all: Facts): readonly Exclude<PreflightFinding, { level: 'ok' }>[] {
  return preflightFindings(all).flatMap(finding => (finding.concern === concern && finding.level !== 'ok' ? [finding] : []))
}

/** Messages about one concern that tell what is fine. */
export function fine(concern: Concern, all: Facts): readonly string[] {
  return preflightFindings(all).flatMap(finding => (finding.concern === concern && finding.level === 'ok' ? [finding.message] : []))
}
