// Where the control plane remembers: implementations of the stores that engine, tasks and approvals ask for.
export { lockFolder } from './embedded/lock.ts'
export { keepingStore, memoryStore, type KeptRows } from './memory/index.ts'
export { openEmbeddedStore, type EmbeddedOptions, type EmbeddedStore } from './embedded/index.ts'
