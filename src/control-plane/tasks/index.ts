// The queue between the engine and the delegates: who gets which task, and what they tell.
export { openTaskSource, type OpenTaskSource, type TaskSourceOptions } from './source.ts'
