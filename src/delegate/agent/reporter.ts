import type { Clock } from '#base/index.ts'
import type { LeasedTask, Progress, TaskSource } from '#protocol/index.ts'

/** Progress is for people: four a second are enough to look alive, and cost nothing. */
const quietTime = 250

/** Tells the source that a task is alive, and how far it is. Trouble on the way is not the task's: the lease tells who is right. */
export interface Reporter {
  progress(progress: Progress): void
  end(): void
}

export function openReporter(source: TaskSource, task: LeasedTask, clock: Clock): Reporter {
  let latest: Progress | undefined
  let stopTimer = (): void => {}
  let quietUntil = 0
  let ended = false

  const beat = (): void => {
    const said = latest
    latest = undefined
    quietUntil = clock.now() + quietTime
    plan(task.heartbeat)
    void source.heartbeat(task.key, task.attempt, said).catch(() => {
      latest ??= said
    })
  }
  const plan = (pause: number | null): void => {
    stopTimer()
    if (!ended && pause !== null) stopTimer = clock.after(pause, beat)
  }
  plan(task.heartbeat)

  return {
    progress(progress) {
      const first = latest === undefined
      latest = progress
      if (ended || !first) return
      const quiet = quietUntil - clock.now()
      if (quiet > 0) plan(quiet)
      else beat()
    },
    end() {
      ended = true
      stopTimer()
    },
  }
}
