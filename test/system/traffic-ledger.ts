import type { Clock, KubernetesObject, Random } from '#base/index.ts'
import { HASH, templateOf, TRACK, versionName } from '#model/release/index.ts'
import type { Sandbox } from '#sandbox/index.ts'

/** What a load got, in the terms of the promise: lost = no answer that an application pod made; wrong = a version without a share at the time. */
export interface Tally {
  readonly requests: number
  readonly lost: number
  readonly wrongVersion: number
  readonly byVersion: Readonly<Record<string, number>>
  /** The first few requests that went wrong, for the reader of a failed test. */
  readonly trouble: readonly string[]
}

interface SplitInForce {
  readonly at: number
  readonly versions: ReadonlySet<string>
}

/** Longest time without an answer before a request counts as lost. */
const PATIENCE = 10_000

const shop = 'shop'

/** Kinds that a release's traffic is split in. */
const routeResources = ['virtualservices.networking.istio.io', 'httproutes.gateway.networking.k8s.io', 'ingresses.networking.k8s.io']

/** A proxy that requests come in by. */
export interface Door {
  send(
    request: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
    port: number,
    signal: AbortSignal,
  ): Promise<{
    readonly answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
    readonly by: string
    readonly flags?: string
  }>
}

/**
 * Sends a steady load through the gateways and judges every answer against the splits that the API server held. `late` is how long (milliseconds)
 * a written split may take to reach the last proxy: until then the one before it is in force too.
 */
export class TrafficLedger {
  readonly #sandbox: Sandbox
  readonly #clock: Clock
  readonly #random: Random
  readonly #late: number
  readonly #splits: SplitInForce[] = []
  readonly #byVersion: Record<string, number> = {}
  readonly #trouble: string[] = []
  readonly #stops: (() => void)[] = []
  #counts = { requests: 0, lost: 0, wrong: 0 }
  #pending = new Set<Promise<void>>()

  constructor(sandbox: Sandbox, clock: Clock, random: Random, late: number) {
    this.#sandbox = sandbox
    this.#clock = clock
    this.#random = random
    this.#late = late
    const note = (): void => this.#note()
    for (const resource of [...routeResources, 'destinationrules.networking.istio.io', 'services', 'replicasets.apps'])
      this.#stops.push(sandbox.apiServer.objects.subscribe(resource, note))
    this.#note()
  }

  /** Sends a request every `gap` milliseconds from now on, to one of the hosts. */
  start(gap: number, hosts: readonly string[] = ['test.com'], doors: () => readonly Door[] = () => this.#sandbox.gateways()): void {
    const next = (): void => {
      this.#send(hosts[Math.floor(this.#random() * hosts.length)] ?? '', doors())
      stop = this.#clock.after(gap, next)
    }
    let stop = this.#clock.after(gap, next)
    this.#stops.push(() => stop())
  }

  /** Sends no more, and waits for the answers that are due. */
  async stop(): Promise<Tally> {
    for (const stop of this.#stops.splice(0)) stop()
    await Promise.all(this.#pending)
    return this.tally()
  }

  tally(): Tally {
    const { requests, lost, wrong } = this.#counts
    return { requests, lost, wrongVersion: wrong, byVersion: { ...this.#byVersion }, trouble: this.#trouble }
  }

  #send(host: string, doors: readonly Door[]): void {
    const door = doors[Math.floor(this.#random() * doors.length)]
    if (!door) return
    const sent = this.#clock.now()
    this.#counts.requests++
    const timeout = AbortSignal.any([])
    const answered = door.send({ method: 'GET', path: '/', headers: { host } }, 80, timeout).then(
      ({ answer, by, flags = '' }) =>
        this.#judge(sent, by === 'pod' ? answer.headers['x-version'] : undefined, `${answer.status} ${flags}`),
      (error: unknown) => this.#judge(sent, undefined, String(error)),
    )
    this.#pending.add(answered)
    void answered.then(() => this.#pending.delete(answered))
  }

  #judge(sent: number, version: string | undefined, what: string): void {
    const now = this.#clock.now()
    if (version === undefined || now - sent > PATIENCE) {
      this.#counts.lost++
      this.#note3(`lost at ${now}: ${what}`)
      return
    }
    this.#byVersion[version] = (this.#byVersion[version] ?? 0) + 1
    if (this.#inForce(sent - this.#late, now).some(split => split.versions.has(version))) return
    this.#counts.wrong++
    this.#note3(`version ${version} at ${now}, sent ${sent}`)
  }

  #note3(text: string): void {
    if (this.#trouble.length < 5) this.#trouble.push(text)
  }

  #inForce(from: number, to: number): readonly SplitInForce[] {
    const first = this.#splits.findLastIndex(split => split.at <= from)
    return this.#splits.slice(Math.max(0, first)).filter(split => split.at <= to)
  }

  /** Versions with a share by the routes as they are now. */
  #note(): void {
    const store = this.#sandbox.apiServer.objects
    const reach: Reach = {
      rules: store.list('destinationrules.networking.istio.io', shop),
      services: store.list('services', shop),
      sets: store.list('replicasets.apps', shop),
    }
    this.#splits.push({
      at: this.#clock.now(),
      versions: versionsOf(
        routeResources.flatMap(resource => store.list(resource, shop)),
        reach,
      ),
    })
  }
}

/** One row of a route, as Istio or the Gateway API writes it. */
export interface RouteRow {
  readonly destination?: { readonly host: string; readonly subset?: string }
  readonly name?: string
  readonly weight?: number
}

type Labels = Readonly<Record<string, string>>

/** Objects that tell which pods a row of a route reaches. */
export interface Reach {
  readonly rules: readonly KubernetesObject[]
  readonly services: readonly KubernetesObject[]
  readonly sets: readonly KubernetesObject[]
}

/** Versions that routes give a share. */
export function versionsOf(routes: readonly KubernetesObject[], reach: Reach): ReadonlySet<string> {
  return new Set(
    [...routes.flatMap(rowListsOf), ingressRows(routes.filter(({ kind }) => kind === 'Ingress'))].flatMap(rows =>
      rows.filter(row => weightOf(row, rows) > 0).flatMap(row => versionsBehind(row, reach)),
    ),
  )
}

function rowListsOf(route: KubernetesObject): readonly (readonly RouteRow[])[] {
  const spec = (route.spec ?? {}) as {
    readonly http?: readonly { readonly route?: readonly RouteRow[] }[]
    readonly rules?: readonly { readonly backendRefs?: readonly RouteRow[] }[]
  }
  return [...(spec.http ?? []).map(entry => entry.route ?? []), ...(spec.rules ?? []).map(rule => rule.backendRefs ?? [])]
}

/** Backends of all Ingresses as one split: what the canary Ingress has of 100, and the rest. */
function ingressRows(ingresses: readonly KubernetesObject[]): readonly RouteRow[] {
  const own = ({ metadata: { annotations = {} } }: KubernetesObject): number | undefined =>
    annotations['nginx.ingress.kubernetes.io/canary'] === 'true'
      ? Number(annotations['nginx.ingress.kubernetes.io/canary-weight'] ?? 0)
      : undefined
  const canary = ingresses.map(own).find(weight => weight !== undefined) ?? 0
  return ingresses.flatMap(ingress => {
    const { rules = [] } = (ingress.spec ?? {}) as { readonly rules?: readonly IngressRule[] }
    const names = new Set(rules.flatMap(({ http }) => http?.paths.map(({ backend }) => backend.service.name) ?? []))
    return [...names].map(name => ({ name, weight: own(ingress) ?? 100 - canary }))
  })
}

interface IngressRule {
  readonly http?: { readonly paths: readonly { readonly backend: { readonly service: { readonly name: string } } }[] }
}

/** A lone row gets everything; among several Istio counts a row without weight as 0, the Gateway API as 1. */
export function weightOf({ name, weight }: RouteRow, rows: readonly RouteRow[]): number {
  return rows.length === 1 ? 100 : (weight ?? (name === undefined ? 0 : 1))
}

/** Versions that a row is meant for, by the objects as they are. */
export function versionsBehind({ destination, name }: RouteRow, { rules, services, sets }: Reach): readonly string[] {
  const host = (destination?.host ?? name ?? '').split('.')[0]
  const service = services.find(({ metadata }) => metadata.name === host)
  const subset = subsetsIn(rules).find(each => each.name === destination?.subset)?.labels ?? {}
  const selector: Labels = { ...(service?.spec as { readonly selector?: Labels } | undefined)?.selector, ...subset }
  const selected = sets.filter(
    set => Object.entries(selector).every(([key, value]) => labelsOf(set)[key] === value) && isMeant(set, selector),
  )
  return selected.filter(set => HASH in subset || isLive(set)).map(set => versionName(templateOf(set)))
}

/** A bare host means the version that runs: that it would balance over canary pods too is what must not happen. */
function isMeant(set: KubernetesObject, selector: Labels): boolean {
  return labelsOf(set)[TRACK] === undefined || Object.values(selector).some(value => /(^|-)canary$/.test(value))
}

function subsetsIn(rules: readonly KubernetesObject[]): readonly { readonly name: string; readonly labels: Labels }[] {
  return rules.flatMap(rule => (rule.spec as { readonly subsets?: readonly { name: string; labels: Labels }[] } | undefined)?.subsets ?? [])
}

/** Labels that the pods of a ReplicaSet have. */
function labelsOf(set: KubernetesObject): Labels {
  return { ...templateOf(set).metadata?.labels, [HASH]: set.metadata.labels?.[HASH] ?? '' }
}

function isLive(set: KubernetesObject): boolean {
  return ((set.spec as { readonly replicas?: number } | undefined)?.replicas ?? 0) > 0
}
