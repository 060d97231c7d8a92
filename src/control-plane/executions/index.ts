// The program that runs a workflow: forward, watch and way back; how it is started and commanded, and what people see of it.
export { deliveryFailure, orderOf, type Order } from './commands.ts'
export { executions as executionFailures } from './failures.ts'
export { formerRelease, type FormerRelease, type ReleaseHistory } from './former-release.ts'
export { programName, workflowProgram } from './program.ts'
export { startExecution, type Starter } from './start.ts'
export { executionSummary, executionView } from './view/execution-view.ts'
export { logLines } from './view/log-lines.ts'
export { openSights, type Sight, type Sights } from './view/sight.ts'
