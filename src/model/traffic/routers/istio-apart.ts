import type { HttpMatch, HttpRoute, IstioDestination, RouteDestination } from '../istio/objects.ts'
import type { Destination } from '../destination.ts'
import { cookieMatch, isRunCookie, isSafeMethod, type RequestMatch } from './apart.ts'
import { narrowMatch } from './conjunction.ts'
import { done, every, refused, type Outcome } from './router.ts'

/** The header as a run writes it; a user's own may be spelled otherwise. */
const setCookieHeader = 'Set-Cookie'

/** The entry's own conditions and each of these, in every combination. */
export function narrowedEntry(entry: HttpRoute, name: string, match: readonly RequestMatch[]): Outcome<HttpRoute | undefined> {
  const label = entry.name ?? 'without a name'
  const own = entry.match?.length ? entry.match : [{}]
  const combined = every(own, each =>
    every(match, asked => {
      const both = narrowMatch(each, asHttpMatch(asked))
      if (both.is === 'unsayable')
        return refused({
          is: 'not-expressible',
          reason: `entry ${label} asks something of the same part of a request, and both cannot be said in one condition`,
        })
      return done(both.is === 'one' ? [both.match] : [])
    }),
  )
  if (combined.is === 'refused') return combined
  const matches = combined.value.flat(2)
  if (matches.length === 0) return done(undefined)
  const { name: _name, match: _match, ...settings } = entry
  return done({ name, match: matches, ...settings })
}

function asHttpMatch({ headers = {}, cookie, uri, method }: RequestMatch): Pick<HttpMatch, 'uri' | 'method' | 'headers'> {
  return {
    ...(uri ? { uri } : {}),
    ...(method === undefined ? {} : { method: { exact: method } }),
    headers: { ...headers, ...(cookie ? { cookie: cookieMatch(cookie) } : {}) },
  }
}

type IsTo = (destination: Destination) => boolean

const destinationOf = ({ host, subset, port }: IstioDestination): Destination => ({
  host,
  ...(subset ? { subset } : {}),
  ...(port?.number ? { port: port.number } : {}),
})

export function mirroredPercent({ mirror, mirrorPercentage, mirrors = [] }: HttpRoute, isTo: IsTo): number {
  const own =
    mirror && isTo(destinationOf(mirror)) ? { percentage: mirrorPercentage } : mirrors.find(each => isTo(destinationOf(each.destination)))
  return own ? (own.percentage?.value ?? 100) : 0
}

/** `mirror` where the entry has none, one more of its `mirrors` where it has these: both at once are refused by istiod. */
export function withMirror(entry: HttpRoute, { destination }: RouteDestination, percent: number, isTo: IsTo): Outcome<HttpRoute> {
  const without = withoutMirror(entry, isTo)
  if (percent === 0) return done(without)
  if (without.mirror)
    return refused({
      is: 'not-expressible',
      reason: `entry ${entry.name ?? 'without a name'} has a mirror of its own: write it as \`mirrors\``,
    })
  if (without.mirrors?.length) return done({ ...without, mirrors: [...without.mirrors, { destination, percentage: { value: percent } }] })
  return done({ ...without, mirror: destination, mirrorPercentage: { value: percent } })
}

function withoutMirror(entry: HttpRoute, isTo: IsTo): HttpRoute {
  const { mirror, mirrorPercentage: _, ...rest } = entry
  if (mirror && isTo(destinationOf(mirror))) return rest
  const mirrors = entry.mirrors?.filter(each => !isTo(destinationOf(each.destination)))
  return mirrors && mirrors.length !== entry.mirrors?.length ? { ...entry, mirrors } : entry
}

export function isSafeEntry({ match = [] }: HttpRoute): boolean {
  return match.length > 0 && match.every(each => isSafeMethod(each.method))
}

/** Added, not set: the application's own cookies stay. */
export function withCookie(item: RouteDestination, header: string | undefined): Outcome<RouteDestination> {
  const { headers, ...rest } = item
  const { response, ...others } = headers ?? {}
  const { add = {}, ...operations } = response ?? {}
  const stranger = Object.entries(add).find(([name, value]) => name.toLowerCase() === 'set-cookie' && !isRunCookie(value))
  if (header !== undefined && stranger)
    return refused({ is: 'not-expressible', reason: 'a destination adds a Set-Cookie header of its own, and there is place for one' })
  const { [setCookieHeader]: former, ...kept } = add
  if (former === header || (former !== undefined && !isRunCookie(former))) return done(item)
  const added = header === undefined ? kept : { ...kept, [setCookieHeader]: header }
  const answer = { ...operations, ...unlessEmpty('add', added) }
  return done({ ...rest, ...unlessEmpty('headers', { ...others, ...unlessEmpty('response', answer) }) })
}

function unlessEmpty<Key extends string, T extends object>(key: Key, map: T): { readonly [K in Key]?: T } {
  return Object.keys(map).length === 0 ? {} : ({ [key]: map } as { readonly [K in Key]?: T })
}
