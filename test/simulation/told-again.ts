import { expect, it } from 'vitest'
import type { Fault } from './faults.ts'
import { replay } from './play.ts'
import type { Script } from './script.ts'

/** What the simulation found users harmed by: it stays told whatever a seed draws today. */
export interface History {
  /** What went wrong for them. */
  readonly was: string
  readonly world: Script
  readonly troubles: readonly Fault[]
  /** How the run ends, where that is what was wrong. `stranded`: a person gives the way back up, and takes the release back by hand. */
  readonly ends?: 'done' | 'stranded'
}

/** A test for each. */
export function tellAgain(histories: readonly History[]): void {
  for (const { was, world, troubles, ends } of histories)
    it(`no longer: ${was}`, async () => {
      const { violations, endings } = await replay(world, troubles)

      expect(violations).toEqual([])
      if (ends) expect(endings).toEqual([ends])
      else expect(endings).not.toContain('stranded')
    })
}
