import { Failure, type Clock, type FailureRecord } from '#base/index.ts'

/** What keeps the host from writing anything down, told while it lasts: executions stand still meanwhile, whatever they say they wait for. */
export interface Trouble {
  /** Gives it back. */
  noted(error: unknown): unknown
  /** Something has been written down. */
  over(): void
  /** Empty where nothing was heard of it for longer than it takes to try again. */
  told(): { readonly trouble?: { readonly failure: FailureRecord; readonly since: string } }
}

/** Milliseconds: engine and delegate try again every 30 s at the latest, and one try may take a while. */
const lasts = 40_000

export function openTrouble(clock: Clock): Trouble {
  let last: { failure: FailureRecord; since: number; at: number } | undefined
  const holds = (): boolean => last !== undefined && clock.now() - last.at <= lasts
  return {
    noted(error) {
      if (error instanceof Failure && error.blame === 'world' && error.code.startsWith('SL-STORE-')) {
        const since = holds() && last?.failure.code === error.code ? last.since : clock.now()
        last = { failure: error.record(), since, at: clock.now() }
      }
      return error
    },
    over: () => (last = undefined),
    told: () => (last && holds() ? { trouble: { failure: last.failure, since: new Date(last.since).toISOString() } } : {}),
  }
}
