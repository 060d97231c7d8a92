import { canonicalJson, type Json } from '#base/index.ts'
import type { StringMatch } from '../istio/objects.ts'

/** Conditions that must all hold. At least one is said. */
export interface RequestMatch {
  readonly headers?: Readonly<Record<string, StringMatch>>
  /** A cookie that is there, or that has this value. */
  readonly cookie?: { readonly name: string; readonly value?: string }
  readonly uri?: StringMatch
  readonly method?: string
}

/** What stands in one route. */
export interface Apart {
  /** Header routes: `digest` is of their conditions. */
  readonly routes: readonly { readonly name: string; readonly digest: string }[]
  /** Whole percent of the requests that some managed entry copies to the canary; 0 where none does. */
  readonly mirrored: number
  /** The draws of users who stay on their side; undefined where nobody is sticky. */
  readonly sticky?: Draws
}

/** Numbers that tell former cookies of a side from valid ones. */
export interface Draws {
  readonly canary: number
  readonly stable: number
}

/** Users stay on the side that they were drawn to, by a cookie of this name and age (seconds). */
export interface Sticky {
  readonly cookie: string
  readonly maxAge: number
  readonly execution: string
  readonly draws: Draws
}

export type ApartChange =
  /** Requests that fulfil one of these lead to the canary; an empty list takes the route of that name away. */
  | { readonly is: 'headerRoute'; readonly name: string; readonly match: readonly RequestMatch[] }
  /** Copies of so many percent of the requests go to the canary, whose answers nobody sees; 0 takes the mirror away. */
  | { readonly is: 'mirror'; readonly percent: number; readonly allowUnsafeMethods: boolean }
  | { readonly is: 'sticky'; readonly sticky: Sticky | undefined }
  | { readonly is: 'nothing' }

/** What an entry of the run is for, as its name says it. `entry` counts managed entries from 1. */
export type ApartName =
  | { readonly is: 'route'; readonly name: string; readonly digest: string; readonly entry: number }
  | { readonly is: 'sticky'; readonly side: 'canary' | 'stable'; readonly draw: number; readonly entry: number }

/** The name of an entry of the run; for the Gateway API it must be a DNS name, as the name of a header route is. */
export function entryName(name: ApartName): string {
  const parts = name.is === 'route' ? ['route', name.name, name.digest] : ['sticky', name.side, name.draw]
  return `sluice-${[...parts, name.entry].join('.')}`
}

/** Reads a name that {@link entryName} made; undefined where it is another one. */
export function readEntryName(text: string | undefined): ApartName | undefined {
  const read = /^sluice-(?:route\.(?<name>[^.]+)\.(?<digest>[^.]+)|sticky\.(?<side>canary|stable)\.(?<draw>\d+))\.(?<entry>[1-9]\d*)$/.exec(
    text ?? '',
  )
  if (!read?.groups) return undefined
  const { name, digest = '', side, draw, entry } = read.groups
  if (name !== undefined) return { is: 'route', name, digest, entry: Number(entry) }
  return { is: 'sticky', side: side === 'canary' ? 'canary' : 'stable', draw: Number(draw), entry: Number(entry) }
}

/** Tells one list of conditions from another: 32 bits (FNV-1a) are enough for the few that one name ever has. */
export function digestOf(match: readonly RequestMatch[]): string {
  const text = canonicalJson(match as unknown as Json)
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash.toString(36)
}

/** The value that users of a side carry: of no other execution and no other draw. */
export function cookieValue({ execution, draws }: Sticky, side: 'canary' | 'stable'): string {
  return `sluice-${execution}-${side}-${draws[side]}`
}

/** The header that gives a cookie out. Scripts have no business with it. */
export function setCookie(sticky: Sticky, side: 'canary' | 'stable'): string {
  return `${sticky.cookie}=${cookieValue(sticky, side)}; Max-Age=${sticky.maxAge}; Path=/; HttpOnly; SameSite=Lax`
}

/** Whether a header that sets a cookie is of some run. */
export function isRunCookie(header: string | undefined): boolean {
  return /^[^=;\s]+=sluice-[^;]*-(canary|stable)-\d+;/.test(header ?? '')
}

/** Requests with this cookie, as a condition on the Cookie header as a whole. */
export function cookieMatch({ name, value }: { readonly name: string; readonly value?: string }): StringMatch {
  const wanted = value === undefined ? '[^;]*' : literally(value)
  return { regex: `(.*;\\s*)?${literally(name)}=${wanted}(;.*)?` }
}

/** An expression for a text as it stands. */
export function literally(text: string): string {
  return text.replaceAll(/[^\w-]/g, character => `\\${character}`)
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a condition on methods leaves only such as change nothing: the others would do twice what their sender asked for once. */
export function isSafeMethod({ exact, regex }: StringMatch = {}): boolean {
  if (exact !== undefined) return safeMethods.has(exact)
  if (regex === undefined) return false
  return regex
    .replaceAll(/^\^?\(?|\)?\$?$/g, '')
    .split('|')
    .every(method => safeMethods.has(method))
}

/** Conditions for people: `header x-beta = yes and GET`. */
export function requestMatchText({ headers = {}, cookie, uri, method }: RequestMatch): string {
  return [
    ...Object.entries(headers).map(([name, match]) => `header ${name}${textOf(match)}`),
    ...(cookie ? [`cookie ${cookie.name}${cookie.value === undefined ? '' : ` = ${cookie.value}`}`] : []),
    ...(uri ? [`path${textOf(uri)}`] : []),
    ...(method === undefined ? [] : [`method ${method}`]),
  ].join(' and ')
}

function textOf({ exact, prefix, regex }: StringMatch): string {
  if (exact !== undefined) return ` = ${exact}`
  if (prefix !== undefined) return ` = ${prefix}…`
  return regex === undefined ? '' : ` ~ ${regex}`
}
