import type { Clock, Random } from '#base/index.ts'

/** Where the server takes time and chance from: one seed gives the same names, uids and times again. */
export interface Sources {
  readonly clock: Clock
  readonly random: Random
}

/** Kubernetes time: whole seconds, UTC. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** A version 4 UUID. */
export function newUid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16))
  hex[12] = '4'
  hex[16] = (8 + Math.floor(random() * 4)).toString(16)
  const text = hex.join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
