import type { Random } from '#base/index.ts'
import { restored } from '../system/restored.ts'
import type { World } from './world.ts'

/** Somebody takes the release back from its record alone; gives what came of it. */
export async function restoreByHand(
  world: Pick<World, 'clock' | 'sandbox'>,
  random: Random,
  violation: (text: string) => void,
): Promise<string> {
  try {
    return (await restored(world, random))?.is ?? 'nothing to take back'
  } catch (error) {
    violation(`restore: ${String(error)}`)
    return 'failed'
  }
}
