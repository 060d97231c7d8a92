import type { Json, KubernetesObject } from '#base/index.ts'
import { step, workflowOf } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedRelease, ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import { canaryIngress, change as byHand } from '../system/by-hand.ts'
import { cartManifests } from '../system/cart-world.ts'
import { behindNginx, host as nginxHost } from '../system/nginx-world.ts'
import { betaUsers, isBehindNginx, type Script, type Shape, type Sketch } from './script.ts'

type Objects = readonly KubernetesObject[]

/** Namespace of everything that is released. */
export const shop = 'shop'

/** Keeps users on their side. */
export const stickyCookie = 'cart-version'

/** Hosts that users ask for, by shape. */
export function hostsOf(shape: Shape): readonly string[] {
  if (isBehindNginx(shape)) return [nginxHost]
  return shape === 'twoRoutes' ? ['test.com', 'inside.com'] : ['test.com']
}

/** The manifests of a version, as the application folder renders them. */
export function manifestsOf({ shape, replicas }: Pick<Script, 'shape' | 'replicas'>, version: string): Objects {
  return shaped[shape](cartManifests(version, replicas))
}

/** The same as the text that a run pins. */
export function textOf(script: Pick<Script, 'shape' | 'replicas'>, version: string): string {
  return JSON.stringify({ objects: manifestsOf(script, version), versioned: [] })
}

const shaped: { readonly [S in Shape]: (objects: Objects) => Objects } = {
  mesh: objects => objects,
  rolling: objects => objects,
  basic: objects => objects,
  isolated: objects => objects,
  blueGreen: objects => objects,
  ingress: behindNginx,
  blueGreenByHand: byHand,
  blueGreenByIngress: objects => [...behindNginx(objects), stageService],
  severalEntries: objects =>
    objects.map(object => (object.kind === 'VirtualService' ? { ...object, spec: { ...(object.spec as object), http: entries } } : object)),
  twoRoutes: objects => objects.flatMap(object => (object.kind === 'VirtualService' ? [object, insideOf(object)] : [object])),
  httpRoute: objects => [...objects.filter(({ apiVersion }) => !apiVersion.startsWith('networking.istio.io/')), ...gatewayApi],
  blueGreenByService: objects =>
    objects
      .filter(({ kind }) => kind !== 'DestinationRule')
      .map(object =>
        object.kind === 'VirtualService' ? { ...object, metadata: { name: object.metadata.name, namespace: shop } } : object,
      ),
}

const route: Json = [{ destination: { host: 'cart-svc' } }]
const entries: Json = [
  { name: 'api', match: [{ uri: { prefix: '/api' } }], route },
  { name: 'old', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/' } },
  { name: 'web', route },
]

function insideOf(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, name: 'cart-inside' }, spec: { ...(object.spec as object), hosts: ['inside.com'] } }
}

const stageService: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart-svc-stage', namespace: shop, annotations: { 'sluice.dev/stage-service': 'true' } },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
}

const group = 'gateway.networking.k8s.io/v1'
const gatewayApi: Objects = [
  {
    apiVersion: group,
    kind: 'Gateway',
    metadata: { name: 'public', namespace: shop },
    spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  },
  {
    apiVersion: group,
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: shop, annotations: { 'sluice.dev/managed': 'true' } },
    spec: { parentRefs: [{ name: 'public' }], hostnames: ['test.com'], rules: [{ backendRefs: [{ name: 'cart-svc', port: 80 }] }] },
  },
]

const settings: { readonly [S in Shape]?: Partial<ResolvedRelease> } = {
  isolated: { isolate: true },
  twoRoutes: { managed: 'all' } as Partial<ResolvedRelease>,
  severalEntries: { routes: 'all' } as Partial<ResolvedRelease>,
}

/** Where nobody but the user's own files says what an Ingress gives: its name. */
export const ownIngress = 'cart-stage'

/** The files that apply steps of a workflow apply, by the steps' paths, as a client renders them. */
export function appliedIn({ phases }: ResolvedWorkflow): Readonly<Record<string, string>> {
  const steps = phases.flatMap(({ sections }) => sections.flatMap(section => section.steps)).filter(({ type }) => type === 'apply')
  return Object.fromEntries(steps.map(({ path, input }) => [path, JSON.stringify([canaryIngress(weightIn(input))])]))
}

const weightIn = (input: unknown): number => Number(/\d+/.exec((input as { readonly files: readonly string[] }).files[0] ?? '')?.[0])

/** Milliseconds that a step takes however fast the world is. */
function lasts(sketch: Sketch): number {
  if ('for' in sketch) return sketch.for
  return sketch.is === 'check' ? sketch.over : 0
}

/** The workflow of a script for a version, resolved as a client hands it in. */
export function workflowFor(script: Script, version: string, settle: SettleSettings, timeout: number): ResolvedWorkflow {
  const arrives = settle.mode === 'seconds' ? (settle.removal ?? 0) : 0
  const sketches = script.steps.map(each => (each.is === 'hold' ? { ...each, for: each.for + arrives } : each))
  const steps = sketches.map(sketch => ({ ...stepOf(sketch), settle, timeout: timeout + lasts(sketch) }))
  return workflow(script, version, settle, steps)
}

/** Brings the first version: there is no traffic to move yet. */
export function firstDeployment(script: Script, version: string, settle: SettleSettings): ResolvedWorkflow {
  const steps = script.shape.startsWith('blueGreen')
    ? [stepOf({ is: 'stage' }), stepOf({ is: 'swap' })]
    : [stepOf({ is: 'rollout', traffic: 'auto' })]
  return workflow(script, version, settle, steps)
}

function workflow({ shape, sticky }: Script, version: string, settle: SettleSettings, steps: readonly ResolvedStep[]): ResolvedWorkflow {
  const made = workflowOf({ name: 'Release', sections: { deploy: steps } })
  const releases = made.releases.map(release => ({
    ...release,
    name: 'cart',
    drain: 1000,
    settle,
    artifact: { version },
    ...settings[shape],
    ...(sticky ? { sticky: { cookie: stickyCookie, maxAge: 3600 } } : {}),
  }))
  return { ...made, strategy: strategyOf(shape), releases }
}

function strategyOf(shape: Shape): ResolvedWorkflow['strategy'] {
  if (shape === 'rolling' || shape === 'basic') return shape
  return shape.startsWith('blueGreen') ? 'blueGreen' : 'canary'
}

function stepOf(sketch: Sketch): ResolvedStep {
  return (steps[sketch.is] as (sketch: Sketch) => ResolvedStep)(sketch)
}

const steps: { readonly [Is in Sketch['is']]: (sketch: Extract<Sketch, { is: Is }>) => ResolvedStep } = {
  canary: ({ percent, fixed }) => step('canaryDeployment', { instances: { percent }, fixed }),
  split({ canary }) {
    const rows = [
      { to: 'canary', weight: canary },
      { to: 'stable', weight: 100 - canary },
    ]
    return step('trafficSplit', { rows }, { name: `Traffic Split ${canary} %` })
  },
  approval: () => step('approval', { groups: ['release-managers'], expires: 3_600_000, onExpiry: 'reject' }),
  check({ over, holds }) {
    const policy = holds ? 'hold' : 'fail'
    return step('check', { version: 'canary', errorRate: { max: 0.05 }, over, minRequests: 10, onBad: policy, onFewRequests: policy })
  },
  bake: ({ for: time }) => step('bake', { for: time }),
  apply: ({ weight }) => step('apply', { files: [`ingress-${weight}.yaml`] }, { name: `Apply ${weight} %` }),
  hold: ({ for: time }) => step('wait', { for: time }),
  rollout: ({ traffic }) => step('rolloutDeployment', { traffic }),
  delete: () => step('canaryDelete', {}),
  header({ on }) {
    const match = on ? [{ headers: Object.fromEntries(Object.entries(betaUsers).map(([name, exact]) => [name, { exact }])) }] : []
    return step('headerRoute', { name: 'beta', match })
  },
  mirror: ({ percent }) => step('mirror', { percentage: percent, allowUnsafeMethods: true }),
  stage: () => step('stageDeployment', {}),
  swap: () => step('swapServices', {}),
}
