// The HTTP API of the control plane: one file per resource, one answer for failures, live updates.
export { createApi } from './api.ts'
export type { ApiOptions } from './options.ts'
