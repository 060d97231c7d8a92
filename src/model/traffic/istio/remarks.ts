import { destinationText } from '../destination.ts'
import { entryLabel } from '../routers/choice.ts'
import type { HttpMatch, HttpRoute, RouteDestination, VirtualService } from './objects.ts'
import { isCatchAll } from './routing/match.ts'

/** Something in a VirtualService that istiod accepts without a word, and that takes no request, or other shares than it seems. */
export interface Remark {
  readonly is: 'hidden' | 'without-weight' | 'sum'
  /** `spec.http[0].route[1]`. */
  readonly path: string
  readonly message: string
}

/** What neither istiod nor its analyzers say of a route: entries behind a match of every path, rows without weight, sums other than 100. */
export function routeRemarks(service: VirtualService): readonly Remark[] {
  const http = service.spec.http ?? []
  return [...hidden(http), ...http.flatMap(weights)]
}

/** Entries that stand behind a match which takes every path of everybody; behind an entry without matches istiod warns itself. */
function hidden(http: readonly HttpRoute[]): readonly Remark[] {
  const first = hidingEntry(http)
  if (first === undefined || !http[first]?.match?.length) return []
  return http.slice(first + 1).map((entry, offset) => ({
    is: 'hidden',
    path: `spec.http[${first + 1 + offset}]`,
    message: `entry ${entryLabel(entry, first + 1 + offset)} takes no request: entry ${entryLabel(http[first], first)} before it takes every path`,
  }))
}

/** Index of the first entry behind which no request comes, whoever sends it. */
export function hidingEntry(http: readonly HttpRoute[]): number | undefined {
  const found = http.findIndex(takesEverything)
  return found < 0 || found === http.length - 1 ? undefined : found
}

/** Whether an entry takes every request that comes to it, whoever sends it. */
export function takesEverything({ match = [] }: HttpRoute): boolean {
  return match.length === 0 || match.some(each => isCatchAll(each) && !isForSome(each))
}

function isForSome({ gateways, sourceLabels, sourceNamespace, port }: HttpMatch): boolean {
  return Boolean(gateways?.length || sourceNamespace || port || Object.keys(sourceLabels ?? {}).length > 0)
}

function weights({ route = [] }: HttpRoute, index: number): readonly Remark[] {
  const sum = route.reduce((total, row) => total + (row.weight ?? 0), 0)
  if (route.length < 2 || sum === 0) return []
  const path = `spec.http[${index}].route`
  const idle = route.flatMap((row, at): Remark[] => {
    if ((row.weight ?? 0) > 0) return []
    return row.weight === 0
      ? []
      : [
          {
            is: 'without-weight',
            path: `${path}[${at}]`,
            message: `${rowText(row)} takes no request: it has no weight beside others that do`,
          },
        ]
  })
  return sum === 100 ? idle : [...idle, { is: 'sum', path, message: `the weights sum to ${sum}, not to 100: ${sharesText(route, sum)}` }]
}

/** `cart/v1 gets 66.7 %, cart/v2 33.3 %`. */
function sharesText(route: readonly RouteDestination[], sum: number): string {
  const share = ({ weight = 0 }: RouteDestination): string => `${Math.round((1000 * weight) / sum) / 10} %`
  return route.map((row, index) => `${rowText(row)} ${index === 0 ? 'gets ' : ''}${share(row)}`).join(', ')
}

function rowText({ destination: { host, subset } }: RouteDestination): string {
  return destinationText({ host, ...(subset ? { subset } : {}) })
}
