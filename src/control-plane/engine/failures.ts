import { defineFailures, formatDuration, kind, type FailureRecord } from '#base/index.ts'

/** What the engine itself has to say. */
export const engine = defineFailures('ENGINE', {
  EVENT_OUT_OF_PLACE: kind<{ execution: string; name: string; is: string; event: string }>({
    blame: 'bug',
    says: f => `Execution ${f.execution}: the journal has "${f.event}" for "${f.name}", which is ${f.is}.`,
    todo: 'Report it with the text of `sluice logs`. The execution is held where it stands.',
  }),
  NAME_TAKEN: kind<{ execution: string; name: string }>({
    blame: 'bug',
    says: f => `Execution ${f.execution}: two calls are named "${f.name}".`,
    todo: 'Report it with the text of `sluice logs`.',
  }),
  CALL_CHANGED: kind<{ execution: string; name: string; was: string; asked: string }>({
    blame: 'bug',
    says: f => `Execution ${f.execution}: "${f.name}" is ${f.was} in the journal, and the program now asks for ${f.asked}.`,
    todo: 'Names never change once released: report it, with the version that started the execution.',
  }),
  PROGRAM_UNKNOWN: kind<{ execution: string; program: string }>({
    blame: 'bug',
    says: f => `Execution ${f.execution}: there is no program "${f.program}".`,
    todo: 'It was started by another version of Sluice: run that one.',
  }),
  TASK_TIMEOUT: kind<{
    execution: string
    name: string
    type: string
    milliseconds: number
    selectors: readonly string[]
    lastWord: string
    /** For how long the engine that gave up had been open by then, in milliseconds. */
    openFor: number
  }>({
    blame: 'world',
    says: f =>
      `Task ${f.name} (${f.type}): not done within ${formatDuration(f.milliseconds)}${f.lastWord && `; it waited for ${f.lastWord}`}.`,
    todo: 'See what it waited for. If no delegate took it: is one connected that has all its selectors?',
  }),
})

/** Whether a task's time was over before the engine that gave it up had been open for that long: there may have been nobody to do it. */
export function ranOutUnattended({ code, facts: { openFor, milliseconds } }: FailureRecord): boolean {
  return code === 'SL-ENGINE-TASK-TIMEOUT' && Number(openFor) < Number(milliseconds)
}
