import { failure, type ApiError } from '../status.ts'

/** 500 without a reason: the API server answers so for a strategic patch that it cannot carry out. */
export const patchFailure = (message: string): ApiError => failure({ code: 500, message })

/** A list of scalars that merges holds each once. */
export const mergeScalars = (target: readonly unknown[], patch: readonly unknown[]): readonly unknown[] => [
  ...new Set([...target, ...patch]),
]
