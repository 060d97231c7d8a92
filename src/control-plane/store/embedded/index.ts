// The engine's store in one folder: PGlite (PostgreSQL as WebAssembly) in a thread, made durable.
export { openEmbeddedStore, type EmbeddedOptions, type EmbeddedStore } from './open-store.ts'
