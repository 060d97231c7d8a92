// JSON of any shape, as schemas take it.
export { AnyJson } from './any-json.ts'
