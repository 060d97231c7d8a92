import type { KubernetesObject } from '#base/index.ts'
import type { RouteProblem } from '../route-problem.ts'
import { chooseEntries, entryLabel } from '../routers/choice.ts'
import { done, every, refused, type EntryChoice, type Outcome } from '../routers/router.ts'
import { isIstio, type HttpRoute, type RouteDestination } from './objects.ts'

/** One http entry of a VirtualService that routes to destinations. */
export interface HttpEntry {
  /** Its name, or `#index`. */
  readonly label: string
  readonly index: number
  readonly route: readonly RouteDestination[]
}

/** The http entries that are meant, each with at least one destination; the object may be anything that JSON can hold. */
export function httpEntries(object: KubernetesObject, choice?: EntryChoice): Outcome<readonly HttpEntry[]> {
  if (!isIstio(object, 'VirtualService')) return refused({ is: 'other-kind', want: 'VirtualService' })
  const spec = (object.spec ?? {}) as Record<string, unknown>
  const protocols = ['tcp', 'tls'].filter(protocol => list(spec[protocol]).length > 0)
  if (protocols.length > 0) return refused({ is: 'other-protocol', protocols })
  const http = list(spec['http']) as readonly (HttpRoute | null)[]
  if (http.length === 0) return refused({ is: 'no-entries' })
  const chosen = chooseEntries(http.map(entryLabel), index => answeredBy(http[index]) !== undefined, choice)
  return chosen.is === 'refused' ? chosen : every(chosen.value, index => routed(http, index))
}

function routed(http: readonly (HttpRoute | null)[], index: number): Outcome<HttpEntry> {
  const entry = http[index]
  const label = entryLabel(entry, index)
  const by = entry?.delegate ? 'delegate' : answeredBy(entry)
  if (by) return refused({ is: 'not-routed', entry: label, by })
  const route = list(entry?.route) as readonly RouteDestination[]
  const problem = destinationProblem(route, label)
  return problem ? refused(problem) : done({ label, index, route })
}

/** The field by which an entry answers requests itself. */
function answeredBy(entry: HttpRoute | null | undefined): 'redirect' | 'directResponse' | undefined {
  if (entry?.redirect) return 'redirect'
  return entry?.directResponse ? 'directResponse' : undefined
}

function destinationProblem(route: readonly RouteDestination[], entry: string): RouteProblem | undefined {
  const destinations = route.map(row => (row as RouteDestination | null)?.destination)
  if (route.length === 0 || destinations.some(destination => !destination)) return { is: 'no-destination', entry }
  return destinations.some(destination => !destination?.host?.trim()) ? { is: 'blank-host', entry } : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
