import type { Clock } from '#base/index.ts'
import type { Resources } from './proxy-view.ts'
import { xdsTypes, type XdsType } from './push-rules.ts'

/** What istiod knows of one type at one proxy. */
export interface TypeState {
  readonly sent: string
  readonly acked: string
  /** Milliseconds since 1970. */
  readonly sentAt: number
  /** The words of the last refusal; gone with the next acceptance. */
  readonly lastError: string
}

/** What one proxy is to one istiod, while they are connected. */
export interface Peer {
  /** `istio-ingressgateway-6f….istio-system`. */
  readonly id: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly version: string
  /** Takes a message; answers why it was refused, or undefined. */
  accept(resources: Resources): string | undefined
  /** Whether it has clusters whose endpoints it was never told. */
  isWarming(): boolean
  /** Whether it has ever been told of this type, by whomever. */
  asksFor(type: XdsType): boolean
}

/** Milliseconds that a message of a type takes to a proxy. */
export type Propagation = (to: { readonly proxy: string; readonly type: XdsType }) => number

interface Message {
  readonly due: number
  readonly nonce: string
  readonly resources: Resources
}

/**
 * A stream from an istiod to a proxy: messages of one type arrive in their order, those of different types may overtake one another.
 * A proxy asks for clusters, then their endpoints, then listeners, then routes, each once it has the former; one that connects anew asks
 * at once for all that it had asked for before.
 */
export class Connection {
  readonly peer: Peer
  /** What it is told of changes: only types that it has asked for. */
  readonly asked = new Set<XdsType>()
  readonly #clock: Clock
  readonly #propagation: Propagation
  readonly #answer: (type: XdsType) => void
  readonly #states = new Map<XdsType, TypeState>()
  #under: Message[] = []
  #open = true

  /** `answer` sends what the proxy asks for. */
  constructor(peer: Peer, clock: Clock, propagation: Propagation, answer: (type: XdsType) => void) {
    this.peer = peer
    this.#answer = answer
    this.#clock = clock
    this.#propagation = propagation
  }

  /** The proxy begins to ask. */
  open(): void {
    for (const type of xdsTypes) if (type === 'clusters' || this.peer.asksFor(type)) this.#ask(type)
  }

  send(nonce: string, resources: Resources): void {
    const { type } = resources
    const now = this.#clock.now()
    const before = this.#states.get(type)
    this.#states.set(type, { acked: '', lastError: '', ...before, sent: nonce, sentAt: now })
    const former = this.#under.filter(message => message.resources.type === type).map(({ due }) => due)
    const due = Math.max(now + this.#propagation({ proxy: this.peer.id, type }), ...former)
    this.#under.push({ due, nonce, resources })
    this.#clock.after(due - now, () => this.#deliver())
  }

  /** By type, in the order of a push. */
  states(): readonly (readonly [XdsType, TypeState])[] {
    return xdsTypes.flatMap(type => {
      const state = this.#states.get(type)
      return state ? [[type, state] as const] : []
    })
  }

  /** What is under way is lost. */
  close(): void {
    this.#open = false
    this.#under = []
  }

  #deliver(): void {
    const now = this.#clock.now()
    const arrived = this.#under.filter(({ due }) => due <= now)
    this.#under = this.#under.filter(({ due }) => due > now)
    for (const { nonce, resources } of arrived) if (this.#open) this.#take(nonce, resources)
    // A timer of the machine may fire a little early.
    if (arrived.length === 0 && this.#under.length > 0)
      this.#clock.after(Math.min(...this.#under.map(({ due }) => due)) - now, () => this.#deliver())
  }

  #ask(type: XdsType): void {
    this.asked.add(type)
    this.#answer(type)
  }

  /** A proxy asks for the endpoints of new clusters, unless they are on their way to it; it asks for listeners when no cluster waits. */
  #askFurther(after: XdsType): void {
    const isUnderWay = this.#under.some(({ resources }) => resources.type === 'endpoints')
    if (after === 'clusters' && this.peer.isWarming() && !isUnderWay) this.#ask('endpoints')
    if (!this.peer.isWarming() && !this.asked.has('listeners')) this.#ask('listeners')
    if (after === 'listeners' && !this.asked.has('routes')) this.#ask('routes')
  }

  /** An answer to an older nonce than the last one sent is stale: istiod takes no acknowledgement from it, only a refusal's words. */
  #take(nonce: string, resources: Resources): void {
    const refusal = this.peer.accept(resources)
    const state = this.#states.get(resources.type)
    if (!state) return
    if (refusal !== undefined) this.#states.set(resources.type, { ...state, lastError: refusal })
    else if (nonce === state.sent) this.#states.set(resources.type, { ...state, acked: nonce, lastError: '' })
    this.#askFurther(resources.type)
  }
}
