import { faultsOf, type Dimension } from './faults.ts'
import { play, type Outcome } from './play.ts'
import { scriptOf } from './script.ts'

/** A violation with the fewest troubles that were found to bring it. */
export interface Shortest {
  /** Numbers of the faults, as `--faults` takes them. */
  readonly kept: readonly number[]
  readonly outcome: Outcome
}

/** Leaves troubles out one by one, for as long as something is still violated; what is left cannot be made shorter that way. */
export async function shrink(seed: number, only: readonly Dimension[] | undefined, playing = play): Promise<Shortest> {
  let kept: readonly number[] = faultsOf(scriptOf(seed), only).map((_, index) => index)
  let outcome = await playing(seed, { only, faults: kept })
  for (let at = 0; at < kept.length;) {
    const fewer = kept.toSpliced(at, 1)
    const again = await playing(seed, { only, faults: fewer })
    if (again.violations.length === 0) at += 1
    else [kept, outcome] = [fewer, again]
  }
  return { kept, outcome }
}
