import type { World } from './world.ts'

/** A run takes minutes, with people and the slowest mesh an hour or two: beyond this (milliseconds) it is stuck. */
const longest = 4 * 3_600_000
/** Events of a run are some thousands; one that makes so many goes round in circles. */
const mostEvents = 200_000

/** Steps until it is over; otherwise why it never will be. `step` gives whether anything was left that could happen. */
export async function untilOver(
  { clock, trail }: Pick<World, 'clock' | 'trail'>,
  step: () => Promise<boolean>,
  isOver: () => boolean,
): Promise<string | undefined> {
  const end = clock.now() + longest
  const most = trail.events + mostEvents
  while (!isOver()) {
    if (!(await step())) return 'stuck: nothing is left that could happen'
    if (clock.now() > end) return 'stuck: it does not end'
    if (trail.events > most) return 'stuck: it goes round in circles'
  }
  return undefined
}
