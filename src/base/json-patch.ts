import type { Json } from './kubernetes-object.ts'

/** One operation of RFC 6902, as far as we write them. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }

export type JsonPatch = readonly JsonPatchOperation[]

/** A JSON pointer (RFC 6901) from its parts: `pointer('metadata', 'annotations', 'sluice.dev/run')`. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
