import type { Json } from '#base/index.ts'

/** A JSON object. */
export type Mapping = { readonly [key: string]: Json | undefined }

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
