import { faultsOf } from './faults.ts'
import { play, type Outcome, type PlayOptions } from './play.ts'
import { scriptOf } from './script.ts'

/** A violation with the fewest troubles that were found to bring it. */
export interface Shortest {
  /** Numbers of the faults, as `--faults` takes them. */
  readonly kept: readonly number[]
  readonly outcome: Outcome
}

type Chosen = Pick<PlayOptions, 'only' | 'shape'>

/** Leaves troubles out one by one, for as long as something is still violated; what is left cannot be made shorter that way. */
export async function shrink(seed: number, { only, shape }: Chosen, playing = play): Promise<Shortest> {
  let kept: readonly number[] = faultsOf(scriptOf(seed, shape), only).map((_, index) => index)
  let outcome = await playing(seed, { only, shape, faults: kept })
  for (let at = 0; at < kept.length;) {
    const fewer = kept.toSpliced(at, 1)
    const again = await playing(seed, { only, shape, faults: fewer })
    if (again.violations.length === 0) at += 1
    else [kept, outcome] = [fewer, again]
  }
  return { kept, outcome }
}
