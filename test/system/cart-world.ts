import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import {
  inspectRelease,
  openSessions,
  reachGoal,
  watchRelease,
  type Finding,
  type Inspection,
  type ReleaseContext,
  type ReleaseSurroundings,
  type Sessions,
} from '#delegate/release/index.ts'
import type { Fetch } from '#delegate/prometheus/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { recordedIn, restoreRelease } from '#delegate/objects/index.ts'
import { openSettling, settleBySeconds, type Settling } from '#delegate/settle/index.ts'
import type { StepGoals } from '#model/preflight/index.ts'
import type { Goal, Manifests, Release } from '#model/release/index.ts'
import type { Progress, Reached } from '#protocol/index.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '#sandbox/index.ts'
import { TrafficLedger } from './traffic-ledger.ts'

export interface CartWorldOptions extends Partial<SandboxOptions> {
  readonly seed?: number
  readonly replicas?: number
  /** How long a change may take to the last proxy, milliseconds: the ledger allows for it, settling by seconds waits for it. */
  readonly late?: number
  /** How arrival is known: by `seconds` just above `late`, where left out. */
  readonly settle?: 'acknowledged' | 'seconds'
  /** Edits the manifests of every release. */
  readonly change?: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]
  /** Settings of every release. */
  readonly more?: Partial<Release>
  /** Stands between the delegate and the cluster, to see what goes through. */
  readonly through?: (cluster: Cluster) => Cluster
}

/** A sandbox in virtual time, a delegate's loop on it, and a load that is judged: the seed's manifests for a service `cart`. */
export class CartWorld {
  readonly clock = new VirtualClock()
  readonly sandbox: Sandbox
  readonly ledger: TrafficLedger
  readonly told: Progress[] = []
  /** Leads to the sandbox's Prometheus, whatever the address; a test may answer otherwise. */
  answers: Fetch
  readonly fetch: Fetch = (url, options) => this.answers(url, options)
  readonly #options: Required<Pick<CartWorldOptions, 'seed' | 'replicas' | 'late'>>
  readonly #surroundings: ReleaseSurroundings
  readonly #openSettling: () => Settling
  #settling
  #sessions
  readonly #others: Sessions[] = []
  readonly #change: NonNullable<CartWorldOptions['change']>
  readonly #more: Partial<Release>
  readonly #contents = new Map<string, string>()

  private constructor(options: CartWorldOptions) {
    const {
      seed = 1,
      replicas = 4,
      late = 400,
      settle = 'seconds',
      change = each => each,
      more = {},
      through = each => each,
      ...sandbox
    } = options
    this.#change = change
    this.#more = more
    this.#options = { seed, replicas, late }
    this.sandbox = createSandbox({ clock: this.clock, random: seededRandom(seed), ...sandbox })
    this.ledger = new TrafficLedger(this.sandbox, this.clock, seededRandom(seed + 1), late)
    const times = { shift: late, removal: late }
    const cluster = through(this.sandbox.cluster as unknown as Cluster)
    this.answers = fetchIn(this.sandbox)
    const around = { clock: this.clock, random: seededRandom(seed + 2), fetch: this.fetch }
    this.#openSettling = () => openSettling(around)
    this.#settling = this.#openSettling()
    this.#surroundings = {
      ...around,
      cluster: () => Promise.resolve(cluster),
      settle: (to, { settle: { mode } }, routes, signal) =>
        settle === 'acknowledged' && mode !== 'seconds'
          ? this.#settling.settle(to, { mode: 'acknowledged' }, routes, signal)
          : Promise.resolve(settleBySeconds(times, 'just above the sandbox', this.clock)),
    }
    this.#sessions = openSessions(this.#surroundings)
  }

  /** Version 1.0.0 has been released (a first deployment by the same code) and serves. */
  static async open(options: CartWorldOptions = {}): Promise<CartWorld> {
    const world = new CartWorld(options)
    await world.clock.runUntil(world.sandbox.start())
    world.sandbox.apiServer.objects.create(
      'namespaces',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { manager: 'test' },
    )
    const release = world.release('1.0.0', 'first')
    const { snapshot } = await world.inspect(release)
    for (const [index, to] of (['promoted', 'atRest'] as const).entries()) {
      const goal: Goal = to === 'promoted' ? { to, traffic: 'auto' } : { to }
      await world.reach(release, snapshot, goal, index + 1)
    }
    await world.clock.advance(world.#options.late + 1000)
    return world
  }

  /** A release of the seed's manifests with this tag; `change` edits them. */
  release(
    version: string,
    execution: string,
    more: Partial<Release> = {},
    change = this.#change,
    versioned: readonly number[] = [],
  ): Release {
    const manifests: Manifests = {
      objects: change(cartManifests(version, this.#options.replicas)) as Manifests['objects'],
      versioned: [...versioned],
    }
    const hash = `manifests of ${version} for ${execution}`
    this.#contents.set(hash, JSON.stringify(manifests))
    const names = { execution, name: 'cart', service: 'cart', namespace: 'shop', cluster: {}, version, manifests: hash }
    const settings = {
      literals: [],
      subsets: { stable: 'stable', canary: 'canary' },
      settle: { mode: 'auto' as const },
      drain: 1000,
      bypass: 'accept' as const,
    }
    return { ...names, ...settings, ...this.#more, ...more }
  }

  /** The manifests of a version as they are rendered. */
  rendered(version: string): Manifests {
    return { objects: this.#change(this.manifests(version)) as Manifests['objects'], versioned: [] }
  }

  /** The manifests of a version, before anything edits them. */
  manifests(version: string): readonly KubernetesObject[] {
    return cartManifests(version, this.#options.replicas)
  }

  inspect(release: Release, steps: readonly StepGoals[] = []): Promise<Inspection> {
    return this.clock.runUntil(inspectRelease({ release, steps }, this.#context(), this.#surroundings))
  }

  reach(release: Release, snapshot: Inspection['snapshot'], goal: Goal, number: number, signal?: AbortSignal): Promise<Reached> {
    return this.clock.runUntil(reachGoal({ release, snapshot, goal, number }, this.#context(signal), this.#surroundings, this.#sessions))
  }

  /** The way back as `sluice restore` takes it: from the record in the cluster, without anything else. */
  restore(): Promise<Reached | undefined> {
    const record = this.sandbox.apiServer.objects.get('configmaps', { namespace: 'shop', name: 'sluice-record-cart' })
    const recorded = record && recordedIn(record)
    if (!recorded) throw new Error('there is no record that can be read')
    return this.clock.runUntil(restoreRelease(recorded, false, this.#context(), this.#surroundings, this.#sessions))
  }

  watch(release: Release, snapshot: Inspection['snapshot'], sessions: Sessions = this.#sessions): Promise<Finding> {
    return watchRelease({ release, snapshot }, this.#context(), this.#surroundings, sessions)
  }

  /** The sessions of a second process beside this one; closed with the world. */
  elsewhere(): Sessions {
    const sessions = openSessions(this.#surroundings)
    this.#others.push(sessions)
    return sessions
  }

  /** As after a kill: what the process knew is gone. */
  forget(): void {
    this.#sessions.close()
    this.#settling.close()
    this.#settling = this.#openSettling()
    this.#sessions = openSessions(this.#surroundings)
  }

  /** Objects of the namespace as people see them at rest: without what only the server keeps. */
  resting(): readonly unknown[] {
    const store = this.sandbox.apiServer.objects
    const resources = [
      'deployments.apps',
      'services',
      'configmaps',
      'virtualservices.networking.istio.io',
      'destinationrules.networking.istio.io',
      'httproutes.gateway.networking.k8s.io',
      'ingresses.networking.k8s.io',
    ]
    return [...resources, 'leases.coordination.k8s.io'].flatMap(resource => store.list(resource, 'shop')).map(withoutServerKept)
  }

  async close(): Promise<void> {
    for (const sessions of [this.#sessions, ...this.#others]) sessions.close()
    this.#settling.close()
    this.sandbox.stop()
    await this.clock.advance(0)
  }

  #context(signal?: AbortSignal): ReleaseContext {
    return {
      signal: signal ?? new AbortController().signal,
      progress: progress => void this.told.push(progress),
      content: hash => Promise.resolve(this.#contents.get(hash) ?? JSON.stringify({ objects: [], versioned: [] })),
    }
  }
}

function fetchIn(sandbox: Sandbox): Fetch {
  return async (url, { headers }) => {
    const { pathname, search } = new URL(url)
    const answer = await sandbox.prometheus?.answer({ method: 'GET', path: `${pathname}${search}`, headers })
    if (!answer) throw new Error('there is no Prometheus')
    return { status: answer.status, text: () => Promise.resolve(String(answer.body)) }
  }
}

function withoutServerKept(object: KubernetesObject): unknown {
  const { name, annotations, labels } = object.metadata
  const { 'deployment.kubernetes.io/revision': _, ...own } = annotations ?? {}
  return {
    kind: object.kind,
    name,
    annotations: own,
    labels: labels ?? {},
    spec: object.spec ?? null,
    data: object['data'] ? 'kept' : null,
  }
}

export function cartManifests(version: string, replicas: number): readonly KubernetesObject[] {
  const labels = { app: 'cart' }
  const metadata = (name: string, more: object = {}): KubernetesObject['metadata'] => ({ name, namespace: 'shop', ...more })
  const managed = { annotations: { 'harness.io/managed': 'true' } }
  const istio = 'networking.istio.io/v1alpha3'
  const containers = [{ name: 'cart', image: `ghcr.io/acme/cart:${version}`, ports: [{ containerPort: 8080 }] }]
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('cart-svc'),
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('cart'),
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    },
    {
      apiVersion: istio,
      kind: 'DestinationRule',
      metadata: metadata('cart-destinationrule', managed),
      spec: { host: 'cart-svc', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } },
    },
    {
      apiVersion: istio,
      kind: 'VirtualService',
      metadata: metadata('cart-virtualservice', managed),
      spec: { gateways: ['cart-gateway'], hosts: ['test.com'], http: [{ route: [{ destination: { host: 'cart-svc' } }] }] },
    },
    {
      apiVersion: istio,
      kind: 'Gateway',
      metadata: metadata('cart-gateway'),
      spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
    },
  ]
}

/** Every type of configuration reaches every proxy with a delay of its own, up to two seconds. */
export function lateMesh(seed: number): CartWorldOptions {
  const random = seededRandom(seed)
  const delays = new Map<string, number>()
  const propagation = ({ type, proxy }: { readonly type: string; readonly proxy: string }): number => {
    const key = `${type}/${proxy}`
    const delay = delays.get(key) ?? Math.floor(random() * 2000)
    delays.set(key, delay)
    return delay
  }
  return { seed, late: 4500, mesh: { gateways: 2, propagation } }
}
