import { seededRandom } from '#base/index.ts'
import { decide, type Change, type Goal, type Move, type Terms, type View } from '#model/release/index.ts'
import { History } from './history.ts'
import { Routes, share, type Route } from './routes.ts'
import { canaryView, NEW, OLD, stableView, type Endpoint, type Pod, type Sides } from './sides.ts'

/** How one seed ended. */
export interface Outcome {
  readonly seed: number
  readonly requests: number
  readonly lost: number
  readonly wrongVersion: number
  readonly ended: boolean
  /** At rest as it should be, or a person was asked while users were safe. */
  readonly rests: boolean
  readonly aborted: boolean
  readonly writes: number
}

/** Deliberate faults of the world's eyes, to show that the invariants can see: that kind of settling is believed too early, or what is told apart is overlooked. */
export type Mutant = 'none' | 'rule' | 'route' | 'endpoints' | 'apart'

const THEIRS = 9
type Versions = Readonly<Record<'all' | 'told', ReadonlySet<number>>>

/** A run takes some hundred ticks; beyond this it is stuck. */
const LIMIT = 20_000
/** Ticks of traffic after the end, while the last changes still travel. */
const AFTERWARDS = 200
/** Ticks that a route must be settled to count as drained. */
const DRAIN = 10
/** A proxy tries a request on so many hosts (Istio's default: two retries). */
const TRIES = 3

/**
 * A small world with late, unordered propagation: every proxy sees route, subsets and endpoints each with a delay of its own. Pods come, become
 * unready and go; a colleague may edit (and resume) stable in mid-run; the loop forgets what it knew at random, as after a restart; an abort
 * comes at any moment. Time goes in ticks.
 */
export class ProtocolWorld {
  readonly #seed: number
  readonly #random: () => number
  readonly #replicas: number
  readonly #delays: readonly { readonly route: number; readonly rule: number; readonly endpoints: number }[]
  readonly #routes: Routes
  readonly #rule = new History<string | undefined>(undefined)
  readonly #endpoints = new History<readonly Endpoint[]>([])
  readonly #versionsOf = new Map<Route, Versions>()
  readonly #mutant: Mutant
  #goals: readonly Goal[]
  #t = 0
  #ids = 0
  #pods: Pod[] = []
  #stable = { version: OLD, current: OLD, paused: false }
  #canary: { readonly version: number; readonly replicas: number } | undefined
  #run = { claimed: false, recorded: false, marked: false, goal: 0, aborted: false, edited: false, theirs: false, asked: false }
  #settledSince: number | undefined
  #counts = { requests: 0, lost: 0, wrong: 0, writes: 0 }

  constructor(seed: number, mutant: Mutant = 'none') {
    this.#seed = seed
    this.#random = seededRandom(seed)
    this.#mutant = mutant
    this.#replicas = 1 + this.#int(5)
    this.#routes = new Routes(1 + this.#int(2), this.#random() < 0.5)
    this.#delays = Array.from({ length: 1 + this.#int(3) }, () => ({
      route: 1 + this.#int(60),
      rule: 1 + this.#int(60),
      endpoints: 1 + this.#int(60),
    }))
    for (let i = 0; i < this.#replicas; i++) this.#add('stable', OLD, true)
    this.#endpoints.put(-999, this.#present())
    for (const route of this.#routes.last) this.#versionsOf.set(route, { all: new Set([OLD]), told: new Set([OLD]) })
    this.#goals = this.#plan()
  }

  play(): Outcome {
    const { abortAt, editAt, editResumes } = this.#fate()
    let endedAt: number | undefined
    for (; this.#t < LIMIT && this.#t < (endedAt ?? LIMIT) + AFTERWARDS; this.#t++) {
      this.#controllers()
      if (this.#t === editAt) this.#edit(editResumes)
      this.#request()
      this.#request()
      if (this.#t === abortAt && endedAt === undefined) this.#abort()
      if (this.#run.goal >= this.#goals.length) endedAt ??= this.#t
      else if (this.#t > 2 && this.#random() < 0.5) this.#loop()
    }
    return this.#outcome(endedAt !== undefined)
  }

  #fate(): { readonly abortAt: number; readonly editAt: number; readonly editResumes: boolean } {
    const abortAt = this.#random() < 0.7 ? this.#int(800) : Infinity
    const editAt = this.#random() < 0.2 ? this.#int(700) : Infinity
    return { abortAt, editAt, editResumes: this.#random() < 0.4 }
  }

  #outcome(ended: boolean): Outcome {
    const { aborted, asked, edited, theirs } = this.#run
    const held = asked && edited && (theirs || this.#routes.last.every(route => this.#versions(route).all.size === 1))
    return {
      seed: this.#seed,
      requests: this.#counts.requests,
      lost: theirs ? 0 : this.#counts.lost,
      wrongVersion: theirs ? 0 : this.#counts.wrong,
      ended,
      rests: held || this.#atRest(aborted ? OLD : NEW),
      aborted,
      writes: this.#counts.writes,
    }
  }

  #atRest(expected: number): boolean {
    const traffic = this.#routes.isBare() && this.#rule.last === undefined && this.#canary === undefined
    const workload = !this.#stable.paused && this.#stable.version === expected
    return traffic && workload && !this.#run.claimed && !this.#run.marked
  }

  #int(n: number): number {
    return Math.floor(this.#random() * n)
  }

  #plan(): readonly Goal[] {
    const splits: Goal[] = [...this.#asides()]
    for (let at = 0; at < 100;) {
      at = Math.min(100, at + 5 + this.#int(60))
      const weights = [{ to: 'canary', weight: at } as const, { to: 'stable', weight: 100 - at } as const]
      splits.push({ to: 'split', fixed: false, rows: weights }, ...this.#asides())
    }
    const removed: readonly Goal[] = this.#random() < 0.5 ? [{ to: 'canaryRemoved' }] : []
    const prepared: Goal = { to: 'prepared', instances: { count: 1 }, fixed: false }
    return [{ to: 'pinned' }, prepared, ...splits, { to: 'promoted', traffic: 'canary' }, ...removed, { to: 'atRest' }]
  }

  /** Requests that are told apart, set and taken away as a workflow might. */
  #asides(): readonly Goal[] {
    const match = this.#random() < 0.6 ? [{ headers: { beta: { exact: 'yes' } } }] : []
    const header: Goal = { to: 'headerRoute', name: this.#random() < 0.7 ? 'beta' : 'gamma', match, fixed: false }
    const mirror: Goal = { to: 'mirror', percent: this.#int(3) * 50, allowUnsafeMethods: true, fixed: false }
    return [...(this.#random() < 0.4 ? [header] : []), ...(this.#random() < 0.3 ? [mirror] : [])]
  }

  #add(owner: Pod['owner'], number: number, ready = false): void {
    const hash = owner === 'stable' ? `h${number}` : 'canary'
    this.#pods.push({ id: ++this.#ids, owner, version: number, hash, ready, readyAt: this.#t + 1 + this.#int(20), alive: true })
  }

  #present(): readonly Endpoint[] {
    return this.#pods.filter(pod => pod.alive && pod.ready).map(({ id, owner, hash }) => ({ id, owner, hash }))
  }

  #controllers(): void {
    this.#stableController()
    this.#canaryController()
    for (const pod of this.#pods) if (!pod.ready && pod.readyAt <= this.#t) pod.ready = true
    this.#pods = this.#pods.filter(pod => pod.alive)
    const now = this.#present()
    if (JSON.stringify(now) !== JSON.stringify(this.#endpoints.last)) this.#endpoints.put(this.#t, now)
  }

  #stableController(): void {
    const st = this.#stable
    if (!st.paused) st.current = st.version
    const mine = this.#pods.filter(pod => pod.owner === 'stable' && pod.alive)
    const current = mine.filter(pod => pod.version === st.current)
    const old = mine.filter(pod => pod.version !== st.current)
    const ready = current.filter(pod => pod.ready)
    if (current.length < this.#replicas && (!st.paused || old.length === 0) && this.#random() < 0.3) this.#add('stable', st.current)
    const [leaving] = old
    if (!st.paused && leaving && ready.length + old.length > this.#replicas && this.#random() < 0.3) leaving.alive = false
    if (this.#random() < 0.002 && ready.length > 1) this.#sicken(ready[this.#int(ready.length)])
  }

  #sicken(pod: Pod | undefined): void {
    if (pod) Object.assign(pod, { ready: false, readyAt: this.#t + 200 })
  }

  #canaryController(): void {
    const pods = this.#pods.filter(pod => pod.owner === 'canary' && pod.alive)
    const wanted = this.#canary?.replicas ?? 0
    if (this.#canary && pods.length < wanted && this.#random() < 0.3) this.#add('canary', this.#canary.version)
    const [leaving] = pods
    if (leaving && pods.length > wanted && this.#random() < 0.5) leaving.alive = false
  }

  #edit(resumes: boolean): void {
    if (!this.#stable.paused) return
    this.#stable.version = THEIRS
    this.#run.edited = true
    if (!resumes || this.#routes.isBare()) return
    // Somebody rolls stable under weight: what that loses is theirs, the run must still end well.
    this.#stable.paused = false
    this.#run.theirs = true
  }

  /** Versions that requests may get: of everybody, and of those that carry a header. */
  #versions(route: Route): Versions {
    if (route.rows.is === 'bare') return { all: new Set([this.#stable.current]), told: new Set([this.#stable.current]) }
    const all = new Set<number>()
    if (share(route) > 0 && this.#canary) all.add(this.#canary.version)
    if (share(route) < 100) all.add(Number((this.#rule.last ?? `h${this.#stable.current}`).slice(1)))
    return { all, told: route.headers.length > 0 && this.#canary ? new Set([this.#canary.version]) : all }
  }

  #request(): void {
    const delay = this.#delays[this.#int(this.#delays.length)]
    const history = this.#routes.histories[this.#int(this.#routes.histories.length)]
    if (!delay || !history) return
    const route = history.seenAt(this.#t, delay.route)
    const rule = this.#rule.seenAt(this.#t, delay.rule)
    const endpoints = this.#endpoints.seenAt(this.#t, delay.endpoints)
    const carries = this.#random() < 0.3
    this.#counts.requests++
    const pod = this.#pick(this.#candidates(this.#side(route, carries), rule, endpoints))
    const allowed = history.since(this.#t, delay.route).map(each => this.#versionsOf.get(each)?.[carries ? 'told' : 'all'])
    if (!pod) this.#counts.lost++
    else if (!allowed.some(versions => versions?.has(pod.version))) this.#counts.wrong++
    // A copy whose answer is not there harms nobody at once; that it finds nobody shows that somebody went before it stopped.
    if (this.#random() * 100 < route.mirrored && !this.#pick(this.#candidates('canary', rule, endpoints))) this.#counts.lost++
  }

  #side(route: Route, carries: boolean): 'any' | 'stable' | 'canary' {
    if (route.rows.is === 'bare') return 'any'
    if (carries && route.headers.length > 0) return 'canary'
    // Some come again with a cookie of the present draw.
    if (route.sticky && this.#random() < 0.3) return this.#random() < 0.5 ? 'canary' : 'stable'
    return this.#random() * 100 < share(route) ? 'canary' : 'stable'
  }

  #candidates(side: 'any' | 'stable' | 'canary', rule: string | undefined, endpoints: readonly Endpoint[]): readonly Endpoint[] {
    if (side === 'any') return endpoints
    if (rule === undefined) return []
    return side === 'canary' ? endpoints.filter(e => e.owner === 'canary') : endpoints.filter(e => e.hash === rule)
  }

  #pick(candidates: readonly Endpoint[]): Pod | undefined {
    return candidates
      .map(endpoint => ({ endpoint, order: this.#random() }))
      .toSorted((a, b) => a.order - b.order)
      .slice(0, TRIES)
      .map(({ endpoint }) => this.#pods.find(pod => pod.id === endpoint.id))
      .find(pod => pod !== undefined)
  }

  #abort(): void {
    this.#run.aborted = true
    this.#goals = [{ to: 'returned', now: this.#random() < 0.2 }]
    this.#run.goal = 0
  }

  #loop(): void {
    const settled = this.#settled('route')
    // Now and then the loop forgets since when: a restart.
    this.#settledSince = settled && this.#random() > 0.02 ? (this.#settledSince ?? this.#t) : undefined
    const goal = this.#goals[this.#run.goal]
    if (!goal) return
    const number = this.#run.aborted ? 1000 : this.#run.goal + 1
    const terms: Terms = { replicas: this.#replicas, stable: 'Deployment shop/cart', canary: 'Deployment shop/cart-canary' }
    this.#make(decide(goal, this.#view(goal, settled, number), terms), number)
  }

  #make(move: Move, number: number): void {
    if (move.is === 'fail') throw new Error(move.failure.message)
    if (move.is === 'done') this.#run.goal++
    if (move.is === 'ask') this.#answer()
    if (move.is !== 'write') return
    this.#counts.writes++
    this.#write(move, number)
    if (move.change === 'unmark') this.#run.marked = this.#routes.unmark()
    else if (!['claim', 'record', 'unclaim'].includes(move.change)) this.#run.marked = true
  }

  /** A person who is asked in mid-run goes back; one who is asked on the way back leaves it there. */
  #answer(): void {
    this.#run.asked = true
    if (this.#run.aborted) this.#run.goal = this.#goals.length
    else this.#abort()
  }

  #write(change: Change, number: number): void {
    const writers: { readonly [C in Change['change']]?: (change: Extract<Change, { change: C }>) => unknown } = {
      claim: () => (this.#run.claimed = true),
      unclaim: () => (this.#run.claimed = false),
      record: () => (this.#run.recorded = true),
      pause: ({ paused }) => (this.#stable.paused = paused),
      template: ({ version: which }) => (this.#stable.version = which === 'next' ? NEW : OLD),
      createCanary: ({ version: which }) => (this.#canary = { version: which === 'next' ? NEW : OLD, replicas: 0 }),
      scaleCanary: ({ replicas }) => (this.#canary = this.#canary && { ...this.#canary, replicas }),
      deleteCanary: () => (this.#canary = undefined),
      nameSides: ({ hash }) => this.#rule.put(this.#t, hash),
      unnameSides: () => this.#rule.put(this.#t, undefined),
      split: change => this.#rerouted(this.#routes.split(this.#t, change, number)),
      apart: ({ apart }) => this.#rerouted(this.#routes.apart(this.#t, apart, number)),
      unsplit: () => this.#rerouted(this.#routes.unsplit(this.#t, number)),
      mark: () => this.#routes.mark(number, this.#run.claimed),
    }
    ;(writers[change.change] as ((change: Change) => unknown) | undefined)?.(change)
  }

  #rerouted(route: Route): void {
    this.#versionsOf.set(route, this.#versions(route))
    this.#settledSince = undefined
  }

  #settled(kind: 'route' | 'rule'): boolean {
    if (this.#mutant === kind) return true
    const histories: readonly History<unknown>[] = kind === 'route' ? this.#routes.histories : [this.#rule]
    return this.#delays.every(delay => histories.every(history => history.since(this.#t, delay[kind]).length === 1))
  }

  #arrival(reached: boolean): View['arrival']['route'] {
    return {
      reached: reached ? 'removal' : 'none',
      says: reached ? '1 of 1 proxies' : '0 of 1 proxies',
      acknowledged: 0,
      expected: 1,
      missing: [],
    }
  }

  #view(goal: Goal, routeSettled: boolean, number: number): View {
    const sides = this.#sides()
    const drained = this.#settledSince !== undefined && this.#t - this.#settledSince > DRAIN
    return {
      ...this.#routes.view(goal, number, this.#mutant === 'apart'),
      allOrNothing: false,
      sides: { named: this.#rule.last !== undefined, says: 'the subsets' },
      arrival: { route: this.#arrival(routeSettled), sides: this.#arrival(this.#settled('rule')) },
      listsComplete: true,
      drained: drained || this.#mutant === 'route',
      stable: stableView(sides),
      canary: canaryView(sides),
      heldBy: undefined,
      over: false,
      canTellEnd: false,
      leftBehind: 0,
      claimed: this.#run.claimed,
      holding: this.#run.claimed,
      recorded: this.#run.recorded,
      marked: this.#run.marked,
      behind: this.#routes.behind(number, this.#run.claimed) !== undefined,
      floorRaised: true,
      floorRestored: true,
      unconfigured: 0,
      heldBack: 0,
      unrestored: 0,
      outlived: 0,
      brought: 0,
      ownershipReturned: true,
    }
  }

  #sides(): Sides {
    return {
      now: this.#t,
      pods: this.#pods,
      endpoints: this.#endpoints,
      delays: this.#delays.map(delay => delay.endpoints),
      hasty: this.#mutant === 'endpoints',
      replicas: this.#replicas,
      stable: this.#stable,
      hash: this.#rule.last,
      canary: this.#canary,
    }
  }
}
