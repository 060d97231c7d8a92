import type { ContentStore, Program } from '#control-plane/engine/index.ts'
import { newCourse, type Course } from './course.ts'
import { readDefinition, type ExecutionInput } from './definition.ts'
import { forward } from './forward.ts'
import { watch, type WatchSubject } from './watch.ts'
import { wayBack } from './way-back.ts'

/** The program's name in the journal. Never changes: released journals are continued. */
export const programName = 'workflow'

/** The program that runs a workflow: three lanes over one pinned definition. */
export function workflowProgram(content: ContentStore): Program<ExecutionInput> {
  const courseOf = async (execution: string, { definition }: ExecutionInput): Promise<Course> =>
    newCourse(execution, await readDefinition(content, definition))
  return {
    forward: async (run, input) => forward(run, await courseOf(run.execution, input)),
    watch: async (run, input, subject: WatchSubject) => watch(run, await courseOf(run.execution, input), subject),
    back: async (run, input, cause) => wayBack(run, await courseOf(run.execution, input), cause),
  }
}
