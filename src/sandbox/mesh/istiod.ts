// 1. A push re-reads the kinds that caused it, when it starts; endpoints are read when they are sent.
// 2. The number of a push rises by one with each push that makes a context, and starts at 1 with the process.
// 3. A proxy is told only what a push changes for it, of the types that it has asked for; what it asks for is answered under the version of
//    the last push that was made for it, so while a newer one is queued, a new nonce may name an older push.
import type { Clock, KubernetesObject, Random } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { podAddress } from '#sandbox/pods/index.ts'
import { buildAssignments, buildClusters } from './clusters.ts'
import { readConfig, type ConfigChange, type ConfigReader } from './config-reader.ts'
import { Connection, type Peer, type Propagation } from './connection.ts'
import { createDebounce, type Debounce, type DebounceOptions } from './debounce.ts'
import { endpointsCausePush, endpointsOf, type Endpoint } from './endpoints.ts'
import { contextField, emptyContext, type PushContext } from './push-context.ts'
import { gatewayApiGateways, hasParentAmong } from './gateway-api-routes.ts'
import { createPushQueue, type PushQueue } from './push-queue.ts'
import { causesPush, dependsOn, xdsTypes, type PushKind, type XdsType } from './push-rules.ts'
import type { Resources } from './proxy-view.ts'
import { hostOf, type EndpointSlice, type Service, type WatchedKind } from './resources.ts'
import { buildListeners, buildRoutes, gatewaysOf, isBound } from './routes.ts'
import type { Gateway, GatewayRoute, VirtualService } from '#model/traffic/index.ts'

/** How an istiod is, and how fast; all in milliseconds. */
export interface IstiodOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** Of Istio: `1.27.1`. Decides how pushes of endpoints alone are numbered. */
  readonly version: string
  readonly debounce: DebounceOptions
  /** Between a write and istiod's sight of it. */
  readonly readDelay: () => number
  /** That a push takes to make its context. */
  readonly pushDuration: () => number
  /** Between the context and the first message to a proxy. */
  readonly queueDelay: () => number
  readonly propagation: Propagation
  /** Whether it reads the objects of a namespace. */
  readonly reads: (namespace: string) => boolean
}

/** What a push is made of, for one proxy. */
interface ProxyPush {
  readonly context: PushContext
  readonly types: ReadonlySet<XdsType>
}

interface Change {
  readonly kind: PushKind
  /** The object before and after, where the kind is one of configuration. */
  readonly objects: readonly KubernetesObject[]
}

/** One istiod: what it has read, what it has pushed, who is connected. */
export class Istiod {
  readonly options: IstiodOptions
  /** When its process began, milliseconds since 1970. */
  readonly started: number
  readonly connections = new Map<string, Connection>()
  /** What the metric `pilot_inbound_updates` says: changes that ask for a push. */
  updates = 0
  readonly #reader: ConfigReader
  readonly #debounce: Debounce<Change>
  readonly #queue: PushQueue<Connection, ProxyPush>
  readonly #endpoints = new Map<string, readonly Endpoint[]>()
  /** What the last push to each proxy was made of. */
  readonly #contexts = new WeakMap<Connection, PushContext>()
  #initial: () => void = () => {}
  #context: PushContext = emptyContext
  #pushes = 0
  #made = { count: 0, seconds: 0 }
  #markReady: () => void = () => {}
  readonly ready = new Promise<void>(resolve => (this.#markReady = resolve))

  constructor(options: IstiodOptions) {
    this.options = options
    this.started = options.clock.now()
    const { clock, store, readDelay, debounce, queueDelay, reads } = options
    this.#debounce = createDebounce(clock, debounce, (changes, done) => this.#push(changes, done))
    this.#queue = createPushQueue(mergePushes, (to, push, done) => clock.after(queueDelay(), () => (this.#tell(to, push), done())))
    this.#reader = readConfig({ store, clock, delay: readDelay, reads }, change => this.#read(change))
    this.#start()
  }

  connect(peer: Peer): void {
    const connection: Connection = new Connection(peer, this.options.clock, this.options.propagation, type =>
      this.#send(connection, type, this.#contexts.get(connection) ?? this.#context),
    )
    this.#contexts.set(connection, this.#context)
    this.connections.set(peer.id, connection)
    connection.open()
  }

  disconnect(id: string): void {
    const connection = this.connections.get(id)
    if (!connection) return
    this.#queue.forget(connection)
    connection.close()
    this.connections.delete(id)
  }

  stop(): void {
    this.#initial()
    this.#reader.stop()
    this.#debounce.close()
    for (const id of this.connections.keys()) this.disconnect(id)
  }

  /** Every object of a kind, as it was last read. */
  objects(kind: WatchedKind): readonly KubernetesObject[] {
    return [...this.#reader.table(kind).values()]
  }

  /** The endpoints of a Service by its full name, as they were last read. */
  endpoints(): ReadonlyMap<string, readonly Endpoint[]> {
    return this.#endpoints
  }

  /** What the metrics `pilot_pushcontext_init_seconds` say. */
  pushContexts(): { readonly count: number; readonly seconds: number } {
    return this.#made
  }

  /** The first push comes when everything that was there has been read. */
  #start(): void {
    this.#initial = this.options.clock.after(startUp, () => {
      if (!this.#reader.isSynced()) return this.#start()
      this.#makeContext(Object.keys(contextField) as ContextKind[], () => this.#markReady())
    })
  }

  #read(change: ConfigChange): void {
    const { kind, object, previous } = change
    if (kind === 'EndpointSlice' || kind === 'Pod') return this.#readEndpoints(change)
    if (causesPush(change) && this.#pushes > 0) this.#update({ kind, objects: previous ? [previous, object] : [object] })
  }

  #readEndpoints({ kind, object, previous }: ConfigChange): void {
    const services = kind === 'EndpointSlice' ? [serviceOf(object)] : this.#servicesAt(podAddress(object) ?? podAddress(previous))
    for (const host of services) {
      const before = this.#endpoints.get(host)
      const now = endpointsOf(this.#slices(host), ip => this.#podAt(ip))
      const isFirst = before === undefined && now.length > 0
      if (before || isFirst) this.#endpoints.set(host, now)
      if (this.#pushes === 0 || !endpointsCausePush(before, now)) continue
      // A Service that has endpoints for the first time is news of the whole Service.
      this.#update({ kind: isFirst ? 'Service' : 'endpoints', objects: [] })
    }
  }

  #update(change: Change): void {
    this.updates++
    this.#debounce.add(change)
  }

  #slices(host: string): readonly EndpointSlice[] {
    return (this.objects('EndpointSlice') as readonly EndpointSlice[]).filter(slice => serviceOf(slice) === host)
  }

  #servicesAt(ip: string | undefined): readonly string[] {
    if (ip === undefined) return []
    const slices = this.objects('EndpointSlice') as readonly EndpointSlice[]
    return [...new Set(slices.filter(slice => slice.endpoints?.some(one => one.addresses.includes(ip))).map(serviceOf))]
  }

  #podAt(ip: string): KubernetesObject | undefined {
    return this.objects('Pod').find(pod => podAddress(pod) === ip)
  }

  #push(changes: readonly Change[], done: () => void): void {
    const kinds = new Set(changes.map(({ kind }) => kind))
    const tellAll = (): void => {
      for (const connection of this.connections.values()) {
        const types = this.#typesFor(connection.peer, changes)
        if (types.size > 0) this.#queue.add(connection, { context: this.#context, types })
      }
      done()
    }
    const config = [...kinds].filter(kind => kind !== 'endpoints')
    if (config.length === 0 && reusesCounter(this.options.version)) return tellAll()
    this.#makeContext(config, tellAll)
  }

  #makeContext(kinds: readonly ContextKind[], then: () => void): void {
    const { clock, pushDuration } = this.options
    const version = `${new Date(clock.now()).toISOString().slice(0, 19)}Z/${++this.#pushes}`
    // Labels of namespaces cause no push where they are new: they are read with whatever asks for them.
    const read = Object.fromEntries([...kinds, 'Namespace' as const].map(kind => [contextField[kind], this.objects(kind)]))
    const duration = pushDuration()
    clock.after(duration, () => {
      this.#context = { ...this.#context, ...read, version }
      this.#made = { count: this.#made.count + 1, seconds: this.#made.seconds + duration / 1000 }
      then()
    })
  }

  /** Which types of a proxy's configuration the changes concern; none for a proxy that they do not reach. */
  #typesFor(peer: Peer, changes: readonly Change[]): ReadonlySet<XdsType> {
    const gateways = gatewaysOf(this.#context, peer)
    const reaches = ({ kind, objects }: Change): boolean => {
      if (kind === 'VirtualService') return objects.some(object => isBound(object as VirtualService, gateways))
      if (kind === 'Gateway')
        return objects.some(object => gatewaysOf({ ...this.#context, gateways: [object as Gateway] }, peer).length > 0)
      if (kind === 'HTTPRoute' || kind === 'GRPCRoute')
        return objects.some(object => hasParentAmong(object as GatewayRoute, gatewayApiGateways(this.#context, peer)))
      if (kind === 'KubernetesGateway')
        return objects.some(object => gatewayApiGateways({ ...this.#context, kubernetesGateways: [object] }, peer).length > 0)
      return true
    }
    return new Set(changes.filter(reaches).flatMap(({ kind }) => dependsOn[kind]))
  }

  #tell(connection: Connection, { context, types }: ProxyPush): void {
    this.#contexts.set(connection, context)
    for (const type of xdsTypes) if (types.has(type) && connection.asked.has(type)) this.#send(connection, type, context)
  }

  #send(connection: Connection, type: XdsType, context: PushContext): void {
    const prefix = namesPushes(this.options.version) ? context.version : ''
    connection.send(prefix + this.#newId(), this.#generate(type, context, connection.peer))
  }

  #generate(type: XdsType, context: PushContext, peer: Peer): Resources {
    switch (type) {
      case 'clusters':
        return { type, clusters: buildClusters(context) }
      case 'endpoints':
        return { type, assignments: buildAssignments(buildClusters(context), host => this.#endpoints.get(host) ?? []) }
      case 'listeners':
        return { type, listeners: buildListeners(context, peer) }
      case 'routes':
        return { type, routes: buildRoutes(context, peer) }
    }
  }

  #newId(): string {
    const hex = (length: number): string => Array.from({ length }, () => Math.floor(this.options.random() * 16).toString(16)).join('')
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  }
}

type ContextKind = keyof typeof contextField

/** Milliseconds from the start of an istiod to its first push: its caches are filled by then. */
const startUp = 50

/** Up to Istio 1.29 a push of endpoints alone makes no context of its own: it goes out under the last push's version. */
function reusesCounter(version: string): boolean {
  return minorOf(version) <= 29
}

/** Nonces of Istio 1.10 and before do not tell the push. */
function namesPushes(version: string): boolean {
  return minorOf(version) > 10
}

/** 27 of `1.27.1`. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0)
}

/** The newer context, and the types of both. */
function mergePushes(older: ProxyPush, newer: ProxyPush): ProxyPush {
  return { context: newer.context, types: new Set([...older.types, ...newer.types]) }
}

function serviceOf({ metadata }: KubernetesObject): string {
  return hostOf({
    metadata: { name: metadata.labels?.['kubernetes.io/service-name'] ?? '', namespace: metadata.namespace ?? '' },
  } as Service)
}
