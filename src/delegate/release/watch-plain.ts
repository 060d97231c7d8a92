// Between the steps of a release that moves no traffic nothing can be turned away from its pods: what can be done is to say that they are
// failing, and to bring the former version back where none is left to answer.
import { shortOfPods, shortText, type Run, type Short } from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'
import type { Session } from './session.ts'
import { teller } from './teller.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

export interface PodsLost {
  readonly drift?: never
  readonly found: 'sideLost'
  readonly says: string
}

/**
 * A workload without a ready pod may have lost them to a node: they are back within this (milliseconds), and pods of the former version would
 * not be there sooner. Not waited for where its pods' own status says that they cannot start.
 */
const comesBackWithin = 30_000

/** One look at the pods of a plain release: what is missing is told, and a workload that has lost them all for good is what it answers. */
export type PlainWatch = (signal: AbortSignal) => Promise<{ readonly found?: PodsLost; readonly nextLookIn: number }>

export function newPlainWatch(session: Session, run: Run, context: ReleaseContext, { clock }: ReleaseSurroundings): PlainWatch {
  const tell = teller(context, clock)
  const since = new Map<string, number>()
  return async signal => {
    const observed = session.observer.current()
    const { seen, nextLookIn } = await session.look(observed, false, signal)
    const short = shortOfPods(observed, seen.states, run)
    tell({ says: short.map(shortText).join('; ') })
    const gone = short.filter(({ ready }) => ready === 0)
    const now = clock.now()
    for (const workload of since.keys()) if (!gone.some(each => each.workload === workload)) since.delete(workload)
    for (const { workload } of gone) since.set(workload, since.get(workload) ?? now)
    const left = ({ workload, hopeless }: Short): number => (hopeless ? 0 : (since.get(workload) ?? now) + comesBackWithin - now)
    const lost = gone.find(each => left(each) <= 0)
    if (lost) return { found: { found: 'sideLost', says: `${shortText(lost)}: nobody answers` }, nextLookIn }
    return { nextLookIn: Math.min(nextLookIn, ...gone.map(left)) }
  }
}
