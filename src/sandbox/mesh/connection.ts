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
}

/** Milliseconds that a message of a type takes to a proxy. */
export type Propagation = (to: { readonly proxy: string; readonly type: XdsType }) => number

interface Message {
  readonly due: number
  readonly nonce: string
  readonly resources: Resources
}

/** A stream from an istiod to a proxy: messages of one type arrive in their order, those of different types may overtake one another. */
export class Connection {
  readonly peer: Peer
  readonly #clock: Clock
  readonly #propagation: Propagation
  readonly #subscribe: () => void
  readonly #states = new Map<XdsType, TypeState>()
  #under: Message[] = []
  #open = true

  /** `subscribe` is called when the proxy asks for the endpoints of clusters that are new to it. */
  constructor(peer: Peer, clock: Clock, propagation: Propagation, subscribe: () => void) {
    this.peer = peer
    this.#subscribe = subscribe
    this.#clock = clock
    this.#propagation = propagation
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
    for (const { nonce, resources } of arrived) if (this.#open) this.#answer(nonce, resources)
    // A timer of the machine may fire a little early.
    if (arrived.length === 0 && this.#under.length > 0)
      this.#clock.after(Math.min(...this.#under.map(({ due }) => due)) - now, () => this.#deliver())
  }

  /** A proxy asks for the endpoints of a new cluster, unless they are on their way to it. */
  #warm(): void {
    const isUnderWay = this.#under.some(({ resources }) => resources.type === 'endpoints')
    if (this.peer.isWarming() && !isUnderWay) this.#subscribe()
  }

  /** An answer to an older nonce than the last one sent is stale: istiod takes no acknowledgement from it, only a refusal's words. */
  #answer(nonce: string, resources: Resources): void {
    const refusal = this.peer.accept(resources)
    const state = this.#states.get(resources.type)
    if (!state) return
    if (refusal !== undefined) this.#states.set(resources.type, { ...state, lastError: refusal })
    else if (nonce === state.sent) this.#states.set(resources.type, { ...state, acked: nonce, lastError: '' })
    if (resources.type === 'clusters') this.#warm()
  }
}
