// A load generator that runs in a pod: it sends requests to a Service, and tells over HTTP what became of each.
export {
  generateLoad,
  LOAD_PORT,
  loadSettings,
  type LoadAnswer,
  type LoadPage,
  type LoadSettings,
  type SentRequest,
} from './generate-load.ts'
export { loadProgram, RUNS } from './load-program.ts'
