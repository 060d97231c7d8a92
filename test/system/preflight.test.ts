// What a run would meet is seen before its first write: the look, on a sandbox in virtual time.
import { afterEach, describe, expect, it } from 'vitest'
import { Failure, type KubernetesObject } from '#base/index.ts'
import type { StepGoals } from '#model/preflight/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import type { Release } from '#model/release/index.ts'
import type { Attributes } from '#sandbox/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, promoted, split } from './goals.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

async function open(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open(options)
  worlds.push(world)
  return world
}

const steps: readonly StepGoals[] = [
  { name: 'Canary Deployment', goals: [pinned, prepared()] },
  { name: 'Traffic Split', goals: [split(50)] },
  { name: 'Rollout Deployment', goals: [promoted] },
]

const someone = { manager: 'kubectl-create' }
const istio = 'networking.istio.io'
const route = { namespace: 'shop', name: 'cart-virtualservice' }

/** What the look at 2.0.0 says against it: `warn CODE message`. */
async function look(world: CartWorld, more: Partial<Release> = {}): Promise<readonly string[]> {
  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9', more), steps)
  return findings.map(({ level, code, message, todo }) => `${level} ${code.replace('SL-PREFLIGHT-', '')} ${message} → ${todo}`)
}

function said(found: readonly string[], about: string): readonly string[] {
  return found.filter(text => text.includes(about))
}

const levels = (found: readonly string[]): readonly string[] => found.map(text => text.split(' ').slice(0, 2).join(' '))

const object = (kind: string, apiVersion: string, name: string, spec: object, namespace = 'shop'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
})

/** Everything in the cluster, as text: nothing may be written by looking. */
function everything(world: CartWorld): string {
  const store = world.sandbox.apiServer.objects
  const resources = [
    `virtualservices.${istio}`,
    `destinationrules.${istio}`,
    'deployments.apps',
    'configmaps',
    'leases.coordination.k8s.io',
  ]
  return JSON.stringify(resources.map(resource => store.list(resource, 'shop')))
}

it('row 3: warns of the ways past the route, and writes nothing', async () => {
  const world = await open({ settle: 'acknowledged' })
  const before = everything(world)

  expect(levels(await look(world))).toEqual(['warn BYPASSED'])
  expect(levels(await look(world, { bypass: 'refuse' }))).toEqual(['refuse BYPASSED'])
  expect(everything(world)).toBe(before)
})

describe('rights', () => {
  it('that are missing refuse, with verb, resource, namespace and the steps that need them', async () => {
    const world = await open()
    const denied = ({ verb, resource }: Attributes): boolean =>
      (verb === 'patch' && resource === 'virtualservices') || (verb === 'delete' && resource === 'leases') || verb === '*'
    world.sandbox.switches.forbid(denied)

    const found = await look(world)
    const [patch] = said(found, 'RIGHT-MISSING virtualservices.networking.istio.io')
    expect(patch).toContain('in namespace shop (cart-virtualservice): we may not patch')
    expect(patch).toContain(
      'needed by the look before the first write, Canary Deployment, Traffic Split, Rollout Deployment, At rest and the way back',
    )
    expect(patch).toContain('{ apiGroups: ["networking.istio.io"], resources: ["virtualservices"], verbs: [patch] }')
    expect(said(found, 'RIGHT-MISSING leases.coordination.k8s.io')[0]).toContain('needed by At rest and the way back')
    expect(new Set(levels(found))).toEqual(new Set(['refuse RIGHT-MISSING', 'warn BYPASSED', 'unknown UNSEEN', 'warn ARRIVAL-BY-WAITING']))
  })

  it('to look at all are told together, not one by one', async () => {
    const world = await open()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'list' && ['pods', 'services'].includes(resource)))

    const failure = await world.inspect(world.release('2.0.0', 'k3f9'), steps).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'SL-PREFLIGHT-RIGHT-MISSING', blame: 'user' })
    expect((failure as Failure).message).toContain('pods in namespace shop: we may not list')
    expect((failure as Failure).message).toContain('services in namespace shop: we may not list')
  })

  it('to look further than the namespace are unknown where they are missing, never fine', async () => {
    const world = await open({ settle: 'acknowledged' })
    const everywhere = ({ verb, namespace, resource, group }: Attributes): boolean =>
      verb === 'list' && namespace === undefined && (group === istio || resource === 'nodes' || resource === 'httproutes')
    world.sandbox.switches.forbid(everywhere)

    const unknown = (await look(world)).filter(text => text.startsWith('unknown'))
    expect(unknown).toHaveLength(4)
    expect(unknown[0]).toContain(
      'VirtualServices of other namespaces: cannot be seen (no right to list virtualservices.networking.istio.io in all namespaces)',
    )
  })
})

describe('row 19: a GitOps tool deploys the same objects', () => {
  it('is named with the rule to paste, and what that freezes', async () => {
    const world = await open()
    const tracking = {
      metadata: { annotations: { 'argocd.argoproj.io/tracking-id': `cart:${istio}/VirtualService:shop/cart-virtualservice` } },
    }
    world.sandbox.apiServer.objects.patch(`virtualservices.${istio}`, route, tracking, { manager: 'argocd-controller' })

    const [found] = said(await look(world), 'GITOPS')
    expect(found).toContain('Argo CD cart: deploys VirtualService shop/cart-virtualservice')
    expect(found).toContain('managedFieldsManagers: [sluice-run]')
    expect(found).toContain('freezes changes from Git to VirtualService spec.http while a run holds them')
  })
})

describe("row 21: a stranger's broken route makes the gateway refuse everything", () => {
  it('refuses before the first write, and names proxy and words', async () => {
    const world = await open({ settle: 'acknowledged', webhook: false })
    const rows = ['a', 'b'].map(subset => ({ destination: { host: 'cart-svc', subset }, weight: 0 }))
    const spec = { hosts: ['broken.test'], gateways: ['cart-gateway'], http: [{ route: rows }] }
    world.sandbox.apiServer.objects.create(`virtualservices.${istio}`, object('VirtualService', `${istio}/v1`, 'stranger', spec), someone)
    await world.clock.advance(5000)

    const [found] = said(await look(world), 'REJECTED-ALREADY')
    expect(found).toMatch(/^refuse REJECTED-ALREADY Proxy istio-ingressgateway-\S+: refuses its route configuration already/)
    expect(found).toContain('WeightedClusters')
  })
})

describe('row 22: something refuses what the way back would write', () => {
  it('refuses before the first write, with the right that is missing', async () => {
    const world = await open()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'patch' && resource === 'deployments'))

    const failure = await world.inspect(world.release('2.0.0', 'k3f9'), steps).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'SL-PREFLIGHT-RIGHT-MISSING' })
    expect((failure as Failure).message).toBe(
      'deployments.apps in namespace shop (cart): we may not patch; needed by the look before the first write.',
    )
  })
})

describe("row 27: the managed rule comes, and hides the mesh's own", () => {
  it('warns of what that one said, leaf by leaf', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const policy = { tls: { mode: 'ISTIO_MUTUAL' } }
    const wide = object('DestinationRule', `${istio}/v1`, 'default', { host: '*.svc.cluster.local', trafficPolicy: policy }, 'istio-system')
    store.create(`destinationrules.${istio}`, wide, someone)
    store.delete(`destinationrules.${istio}`, { namespace: 'shop', name: 'cart-destinationrule' })

    const [found] = said(await look(world), 'POLICY-CHANGES')
    expect(found).toContain('DestinationRule istio-system/default no longer counts once the managed one is there')
    expect(found).toContain('tls {"mode":"ISTIO_MUTUAL"} → none')
  })
})

describe('row 28: the Service has endpoints in another cluster, too', () => {
  /** istiod reads a second cluster, as in a mesh with several primaries. */
  const twoClusters = (cluster: Cluster): Cluster => ({
    ...cluster,
    async podHttp(pod, port, request, signal) {
      const answer = await cluster.podHttp(pod, port, request, signal)
      const here = '"Kubernetes/Kubernetes":'
      return request.path.startsWith('/debug/endpointShardz')
        ? { ...answer, body: answer.body.replaceAll(here, `"Kubernetes/eu-2":[{"Addresses":["10.9.0.1"]}],${here}`) }
        : answer
    },
  })

  it('is refused unless it is declared', async () => {
    const world = await open({ settle: 'acknowledged', through: twoClusters })

    expect(said(await look(world), 'REMOTE-ENDPOINTS')[0]).toMatch(
      /^refuse REMOTE-ENDPOINTS Service shop\/cart-svc: .*\(Kubernetes and eu-2\)/,
    )
    expect(levels(said(await look(world, { remoteEndpoints: 'accept' }), 'REMOTE-ENDPOINTS'))).toEqual(['warn REMOTE-ENDPOINTS'])
  })
})

describe('row 34: outlier detection over one canary pod', () => {
  it('is warned of', async () => {
    const world = await open()
    const rule = { namespace: 'shop', name: 'cart-destinationrule' }
    const outliers = { spec: { trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } } }
    world.sandbox.apiServer.objects.patch(`destinationrules.${istio}`, rule, outliers, someone)

    expect(said(await look(world), 'FEW-FOR-OUTLIERS')[0]).toContain('the canary begins with 1 pod')
  })
})

describe('row 33: a disruption budget with a number', () => {
  it('is warned of: canary pods count for it', async () => {
    const world = await open()
    const budget = object('PodDisruptionBudget', 'policy/v1', 'cart', { minAvailable: 3, selector: { matchLabels: { app: 'cart' } } })
    world.sandbox.apiServer.objects.create('poddisruptionbudgets.policy', budget, someone)

    expect(said(await look(world), 'BUDGET-COUNTS-CANARY')[0]).toContain('PodDisruptionBudget shop/cart: minAvailable 3')
  })
})

describe('row 10: a quota', () => {
  it('without room for the canary at its greatest is told with the numbers', async () => {
    const world = await open()
    const store = world.sandbox.apiServer.objects
    const quota = object('ResourceQuota', 'v1', 'team', { hard: { pods: '6' } })
    store.create('resourcequotas', quota, someone)
    store.updateStatus('resourcequotas', { ...quota, status: { hard: { pods: '6' }, used: { pods: '4' } } }, someone)

    expect(said(await look(world), 'QUOTA-SHORT')[0]).toMatch(
      /^warn QUOTA-SHORT ResourceQuota shop\/team: pods has 2 left, 4 canary pods need 4 at Rollout Deployment/,
    )
  })
})

describe('the way to know arrival', () => {
  it('row 17: names the right that is missing to ask istiod', async () => {
    const world = await open()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === 'create' && resource === 'pods/portforward')

    const found = await look(world)
    expect(said(found, 'ARRIVAL-BY-WAITING')[0]).toContain('resources: ["pods/portforward"], verbs: [create]')
    expect(said(found, 'What istiod alone knows')[0]).toMatch(/^unknown UNSEEN/)
  })
})

describe('the counting of requests', () => {
  const prometheus = { url: 'http://prometheus.istio-system:9090', headers: {}, labels: {} }

  it('is warned of where nobody may ask the gateways, with the rule to paste', async () => {
    const world = await open()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === 'create' && resource === 'pods/portforward')
    const found = said(await look(world), 'NOT-COUNTED')
    expect(found).toEqual([
      expect.stringContaining('Add to a Role in namespace istio-system: { apiGroups: [""], resources: ["pods/portforward"]'),
    ])
  })

  it('by a Prometheus is warned of where it does not answer, and unknown where it has nothing', async () => {
    const world = await open({ prometheus: {} })
    const named = (): Promise<readonly string[]> => look(world, { prometheus })
    expect(levels(said(await named(), 'Prometheus'))).toEqual([])
    world.sandbox.switches.forbid(({ resource }) => resource === 'pods/portforward')
    expect(levels(said(await named(), 'Prometheus http'))).toEqual(['unknown PROMETHEUS-EMPTY'])
    world.ledger.start(50)
    await world.clock.advance(20_000)
    expect(levels(said(await named(), 'Prometheus http'))).toEqual([])
    world.answers = () => Promise.reject(new Error('nobody is there'))
    expect(said(await named(), 'SILENT')).toEqual([
      expect.stringMatching(/^warn PROMETHEUS-SILENT Prometheus http.*: cannot be reached: nobody is there; requests .* not measured/),
    ])
  })
})
