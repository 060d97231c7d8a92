import { formatDuration } from '#base/index.ts'
import { ask } from '#control-plane/approvals/index.ts'
import type { Run } from '#control-plane/engine/index.ts'
import { Wait } from '#model/workflow/index.ts'
import { defineStep, done, type StepResult } from './step.ts'

/** Lets time pass, durably. A person may cut it short. */
export const wait = defineStep({
  type: 'wait',
  input: Wait,

  async run({ run }, { for: duration }) {
    const length = formatDuration(duration)
    const passed = await passTime(run, 'wait', { for: duration, says: `${length} to pass`, next: 'the next step' })
    return passed.whole ? done(`waited ${length}`) : cutShort(passed)
  },
})

/** Time to pass in a step: `says` for how long and what for, `next` what follows. `for` in milliseconds. */
interface Passing {
  readonly for: number
  readonly says: string
  readonly next: string
}

/** Whether all of the time passed; `by`: who cut it short. */
interface Passed {
  readonly whole: boolean
  readonly by?: string
}

/** Lets time pass under this name, for any step that holds. */
export async function passTime(run: Run, name: string, { for: duration, says, next }: Passing): Promise<Passed> {
  const answers = [{ name: 'skip', means: 'go on now' }]
  const reply = await ask(run, name, { is: 'time', says, for: says, next, deadline: duration, answers })
  if (reply.is === 'expired') return { whole: true }
  return { whole: false, ...(reply.by === undefined ? {} : { by: reply.by }) }
}

/** The end of a step that a person has cut short. */
export function cutShort({ by }: Passed): StepResult {
  return { is: 'done', says: `cut short${by === undefined ? '' : ` by ${by}`}`, as: 'skipped' }
}
