import type { Clock } from '#base/index.ts'
import type { Engine, EngineStore } from '#control-plane/engine/index.ts'
import type { HostView } from '#protocol/http/index.ts'

/** What the API stands on. */
export interface ApiOptions {
  readonly store: EngineStore
  readonly engine: Engine
  readonly clock: Clock
  readonly host: {
    view(): Promise<HostView>
    /** Ends the host once the answer is out. */
    stop(who: string): void
  }
  /** A request that failed by a bug or by the world: for the log. */
  readonly onTrouble?: (trouble: { readonly request: string; readonly error: unknown }) => void
  /** Told while an answer is being sent: nobody ends the host under it. Returns what is called at the end. */
  readonly onRequest?: () => () => void
}
