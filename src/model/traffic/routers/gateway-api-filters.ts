// What filters say in rules and backends of the Gateway API: copies of requests, and cookies for users who stay on their side.
import { mirrorShare } from '../gateway-api/filters.ts'
import type { BackendRef, NamedValue, RouteFilter } from '../gateway-api/objects.ts'
import { isRunCookie } from './apart.ts'
import { done, refused, type Outcome } from './router.ts'

/** A rule, or a backend. */
export interface Filtered {
  readonly filters?: readonly RouteFilter[] | null
}

export type IsTo = (backend: BackendRef) => boolean

/** Whole percent that a rule copies to a backend. */
export function mirroredPercent({ filters }: Filtered, isTo: IsTo): number {
  const mirror = filters?.find(filter => isMirrorTo(filter, isTo))?.requestMirror
  return mirror ? Math.round(mirrorShare(mirror) * 100) : 0
}

export function isMirrorTo({ requestMirror }: RouteFilter, isTo: IsTo): boolean {
  return requestMirror !== undefined && isTo(requestMirror.backendRef)
}

/** Copies to a backend, as the last of the rule's filters; every request without a percent, which not every gateway knows. */
export function withMirror<Rule extends Filtered>(rule: Rule, to: BackendRef, percent: number, isTo: IsTo): Rule {
  // As the server stores it, with its defaults filled in, it is never what would be written.
  if (mirroredPercent(rule, isTo) === percent) return rule
  const others = (rule.filters ?? []).filter(filter => !isMirrorTo(filter, isTo))
  if (percent === 0) return withFilters(rule, others)
  const { group, kind, name, namespace, port } = to
  const backendRef = {
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port }),
  }
  const requestMirror = { backendRef, ...(percent === 100 ? {} : { percent }) }
  return withFilters(rule, [...others, { type: 'RequestMirror', requestMirror }])
}

const answerHeaders = 'ResponseHeaderModifier'
const setCookieHeader = 'Set-Cookie'

/** A backend whose answers get this header beside the application's own cookies, or none of a run. */
export function withCookie<Item extends Filtered>(item: Item, header: string | undefined): Outcome<Item> {
  const { add = [] } = item.filters?.find(({ type }) => type === answerHeaders)?.responseHeaderModifier ?? {}
  const cookies = add.filter(({ name }) => isSetCookie(name))
  if (header !== undefined && cookies.some(({ value }) => !isRunCookie(value)))
    return refused({ is: 'not-expressible', reason: 'a backend adds a Set-Cookie header of its own, and there is place for one' })
  const former = cookies.find(({ value }) => isRunCookie(value))
  if (former?.value === header) return done(item)
  const kept = add.filter(each => each !== former)
  return done(withAdded(item, header === undefined ? kept : [...kept, { name: setCookieHeader, value: header }]))
}

/** Of the one filter that there may be for the headers of answers: what it adds. */
function withAdded<Item extends Filtered>(item: Item, added: readonly NamedValue[]): Item {
  const filters = item.filters ?? []
  const present = filters.find(({ type }) => type === answerHeaders)
  const { add: _, ...operations } = present?.responseHeaderModifier ?? {}
  const responseHeaderModifier = { ...operations, ...(added.length > 0 ? { add: added } : {}) }
  const filter = { type: answerHeaders, responseHeaderModifier }
  if (!present) return withFilters(item, [...filters, filter])
  const empty = Object.keys(responseHeaderModifier).length === 0
  return withFilters(
    item,
    filters.flatMap(each => (each === present ? (empty ? [] : [filter]) : [each])),
  )
}

export function isSetCookie(name: string): boolean {
  return name.toLowerCase() === 'set-cookie'
}

function withFilters<T extends Filtered>(filtered: T, filters: readonly RouteFilter[]): T {
  const { filters: _, ...rest } = filtered
  return (filters.length > 0 ? { ...filtered, filters } : rest) as T
}
