import type { Clock, KubernetesObject, Random } from '#base/index.ts'
import { HASH, ownedBy, templateOf, TRACK, versionName } from '#model/release/index.ts'
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
    for (const resource of ['virtualservices.networking.istio.io', 'destinationrules.networking.istio.io', 'replicasets.apps'])
      this.#stops.push(sandbox.apiServer.objects.subscribe(resource, note))
    this.#note()
  }

  /** Sends a request every `gap` milliseconds from now on. */
  start(gap: number): void {
    const next = (): void => {
      this.#send()
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

  #send(): void {
    const gateways = this.#sandbox.gateways()
    const gateway = gateways[Math.floor(this.#random() * gateways.length)]
    if (!gateway) return
    const sent = this.#clock.now()
    this.#counts.requests++
    const timeout = AbortSignal.any([])
    const answered = gateway.send({ method: 'GET', path: '/', headers: { host: 'test.com' } }, 80, timeout).then(
      ({ answer, by, flags }) => this.#judge(sent, by === 'pod' ? answer.headers['x-version'] : undefined, `${answer.status} ${flags}`),
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

  /** Versions with a share by the route as it is now. */
  #note(): void {
    const store = this.#sandbox.apiServer.objects
    const [route] = store.list('virtualservices.networking.istio.io', shop)
    const [rule] = store.list('destinationrules.networking.istio.io', shop)
    const sets = store.list('replicasets.apps', shop)
    this.#splits.push({ at: this.#clock.now(), versions: versionsOf(route, rule, sets, store.list('deployments.apps', shop)) })
  }
}

interface RouteRow {
  readonly destination: { readonly subset?: string }
  readonly weight?: number
}

function versionsOf(
  route: KubernetesObject | undefined,
  rule: KubernetesObject | undefined,
  sets: readonly KubernetesObject[],
  deployments: readonly KubernetesObject[],
): ReadonlySet<string> {
  const rows = (route?.spec as { readonly http?: readonly { readonly route?: readonly RouteRow[] }[] } | undefined)?.http?.[0]?.route ?? []
  const subsets =
    (rule?.spec as { readonly subsets?: readonly { readonly name: string; readonly labels: Record<string, string> }[] } | undefined)
      ?.subsets ?? []
  const weighed = rows.filter(row => rows.length === 1 || (row.weight ?? 0) > 0)
  return new Set(
    weighed.flatMap(({ destination }) => {
      const labels = subsets.find(subset => subset.name === destination.subset)?.labels
      if (labels?.[HASH] !== undefined)
        return sets.filter(set => set.metadata.labels?.[HASH] === labels[HASH]).map(set => versionName(templateOf(set)))
      const tracked = labels?.[TRACK] === 'canary'
      const stable = deployments.filter(each => (each.metadata.name.endsWith('-canary') ? tracked : !tracked))
      return stable.flatMap(each => sets.filter(set => ownedBy(set, each) && isLive(set))).map(set => versionName(templateOf(set)))
    }),
  )
}

function isLive(set: KubernetesObject): boolean {
  return ((set.spec as { readonly replicas?: number } | undefined)?.replicas ?? 0) > 0
}
