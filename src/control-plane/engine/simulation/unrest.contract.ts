import { seededRandom, type Random } from '#base/index.ts'
import { play, type Ending, type PlayOptions, type Stage } from './play.contract.ts'

/** For a virtual minute and a half: replicas freeze (often for longer than a lease), wake up, die, and are replaced. */
function unrest(random: Random): (stage: Stage) => void {
  return ({ clock, processes, start }) => {
    start()
    for (let at = random() * 2_000; at < 90_000; at += random() * 8_000) {
      const [which, what, long] = [random(), random(), random() * 12_000]
      clock.after(at, () => {
        const victim = processes[Math.floor(which * processes.length)]
        if (what < 0.7) {
          victim?.freeze()
          clock.after(long, () => victim?.thaw())
          return
        }
        victim?.kill()
        clock.after(long / 4, start)
      })
    }
  }
}

/** Plays a scenario on restless replicas; the seed decides everything. */
export function playRestlessly(seed: number, options: PlayOptions): Promise<Ending> {
  const random = seededRandom(seed)
  return play({ ...options, latency: { random, milliseconds: 60 }, disturb: unrest(random) })
}

/** What may not depend on luck: how it ended, what the world is like, and that nothing forbidden happened. */
export function essence({ status, world, violations }: Ending): Pick<Ending, 'status' | 'world' | 'violations'> {
  return { status, world, violations }
}
