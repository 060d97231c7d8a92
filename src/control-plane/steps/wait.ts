import { formatDuration } from '#base/index.ts'
import { ask } from '#control-plane/approvals/index.ts'
import { Wait } from '#model/workflow/index.ts'
import { defineStep, done } from './step.ts'

/** Lets time pass, durably. A person may cut it short. */
export const wait = defineStep({
  type: 'wait',
  input: Wait,

  async run({ run }, { for: duration }) {
    const length = formatDuration(duration)
    const reply = await ask(run, 'wait', {
      is: 'time',
      says: `${length} to pass`,
      for: `${length} to pass`,
      next: 'the next step',
      deadline: duration,
      answers: [{ name: 'skip', means: 'go on now' }],
    })
    if (reply.is === 'expired') return done(`waited ${length}`)
    return { ...done(`cut short${reply.by ? ` by ${reply.by}` : ''}`), as: 'skipped' }
  },
})
