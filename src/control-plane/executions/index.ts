// The program that runs a workflow: forward, watch and way back; and what people see of it.
export { programName, workflowProgram } from './program.ts'
