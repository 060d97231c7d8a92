import { asHttpMatch, everything, firstOfEach, withoutSlash } from '../gateway-api/match.ts'
import type { GatewayRoute, GatewayRule, GrpcRouteMatch, HttpRouteMatch, ValueMatch } from '../gateway-api/objects.ts'
import { ranksBefore } from '../gateway-api/precedence.ts'
import { compileText } from '../istio/routing/match.ts'
import type { StringMatch } from '../istio/objects.ts'
import { cookieMatch, literally, type RequestMatch } from './apart.ts'
import { bothTexts, type Conjunction } from './conjunction.ts'
import { done, every, refused, type Outcome } from './router.ts'

type Kind = GatewayRoute['kind']
type Path = NonNullable<HttpRouteMatch['path']>
type Match = HttpRouteMatch & GrpcRouteMatch

const one = <T>(match: T): Conjunction<T> => ({ is: 'one', match })

/**
 * The rule's own matches and each of these, in every combination. They are written as the server stores them, so that what stands is known again:
 * with the path that it would fill in.
 */
export function narrowedRule<Rule extends GatewayRule>(
  kind: Kind,
  rule: Rule,
  name: string,
  match: readonly RequestMatch[],
): Outcome<Rule | undefined> {
  const unsaid = match.map(asked => unsayable(kind, asked)).find(reason => reason !== undefined)
  if (unsaid !== undefined) return refused({ is: 'not-expressible', reason: unsaid })
  const bare: Match = kind === 'HTTPRoute' ? everything : {}
  const own: readonly Match[] = rule.matches?.length ? (rule.matches as readonly Match[]).map(each => ({ ...bare, ...each })) : [bare]
  const combined = every(own, each =>
    every(match, asked => {
      const both = narrowed(each, asked)
      if (both.is === 'unsayable')
        return refused({
          is: 'not-expressible',
          reason: `rule ${rule.name ?? 'without a name'} asks something of the same part of a request`,
        })
      return done(both.is === 'one' ? [both.match] : [])
    }),
  )
  if (combined.is === 'refused') return combined
  const matches = combined.value.flat(2)
  if (matches.length === 0) return done(undefined)
  const { name: _name, matches: _matches, ...settings } = rule
  return done({ ...settings, name, matches } as unknown as Rule)
}

function unsayable(kind: Kind, { uri, method }: RequestMatch): string | undefined {
  if (kind === 'GRPCRoute' && (uri || method !== undefined)) return 'a GRPCRoute knows no paths and no HTTP methods'
  if (uri?.regex === undefined) return undefined
  return `a ${kind} asks for expressions of a path after everything else: the rule's own requests would never come to it`
}

function narrowed(own: Match, { headers = {}, cookie, uri, method }: RequestMatch): Conjunction<Match> {
  const path = uri ? bothPaths(own.path, asPath(uri)) : undefined
  if (path && path.is !== 'one') return path
  if (method !== undefined && typeof own.method === 'string' && own.method !== method) return { is: 'never' }
  const values = bothHeaders(own.headers, cookie ? { ...headers, cookie: cookieMatch(cookie) } : headers)
  if (values.is !== 'one') return values
  return one({ ...own, ...(path && { path: path.match }), ...(method && { method: method as never }), headers: values.match })
}

function asPath({ exact, prefix = '/' }: NonNullable<RequestMatch['uri']>): Path {
  return exact === undefined ? { type: 'PathPrefix', value: prefix } : { type: 'Exact', value: exact }
}

function bothHeaders(own: readonly ValueMatch[] = [], wanted: RequestMatch['headers'] = {}): Conjunction<readonly ValueMatch[]> {
  let headers = firstOfEach(own, name => name.toLowerCase())
  for (const [name, asked] of Object.entries(wanted)) {
    const same = headers.find(each => each.name.toLowerCase() === name.toLowerCase())
    const both = bothTexts(same ? asText(same) : {}, asked)
    if (both.is !== 'one') return both
    const value = asValue(same?.name ?? name, both.match)
    headers = same ? headers.map(each => (each === same ? value : each)) : [...headers, value]
  }
  return one(headers)
}

function asText({ type, value }: ValueMatch): StringMatch {
  return type === 'RegularExpression' ? { regex: value } : { exact: value }
}

function asValue(name: string, { exact, prefix, regex = '.*' }: StringMatch): ValueMatch {
  if (exact !== undefined) return { type: 'Exact', name, value: exact }
  return { type: 'RegularExpression', name, value: prefix === undefined ? regex : `${literally(prefix)}.*` }
}

/** A prefix counts whole segments. */
const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${withoutSlash(prefix)}/`)

function bothPaths(own: Path | undefined, by: Path): Conjunction<Path> {
  const [a, b] = [own, by].map(each => ({ type: each?.type ?? 'PathPrefix', value: each?.value ?? '/' })) as [
    Required<Path>,
    Required<Path>,
  ]
  if (a.type === 'RegularExpression')
    return b.type === 'Exact' ? (compileText({ regex: a.value })(b.value) ? one(b) : { is: 'never' }) : { is: 'unsayable' }
  if (b.type === 'Exact') return (a.type === 'Exact' ? a.value === b.value : isUnder(b.value, a.value)) ? one(b) : { is: 'never' }
  if (a.type === 'Exact') return isUnder(a.value, b.value) ? one(a) : { is: 'never' }
  if (isUnder(b.value, a.value)) return one(b)
  return isUnder(a.value, b.value) ? one(a) : { is: 'never' }
}

/**
 * A rule of somebody else's that came before the managed one, and would come behind the run's: rules are asked by how special they are, not in
 * their order. Undefined where there is none.
 */
export function overtaken<Rule extends GatewayRule>(kind: Kind, made: Rule, managed: Rule, others: readonly Rule[]): Rule | undefined {
  const matches = (rule: Rule): readonly HttpRouteMatch[] =>
    (rule.matches?.length ? rule.matches : [{}]).map(each => asHttpMatch(kind, each))
  return others.find(other =>
    matches(other).some(
      theirs =>
        matches(managed).some(own => ranksBefore(theirs, own)) &&
        matches(made).some(ours => ranksBefore(ours, theirs) && bothPaths(theirs.path, pathOf(ours)).is !== 'never'),
    ),
  )
}

function pathOf({ path }: HttpRouteMatch): Path {
  return path ?? { type: 'PathPrefix', value: '/' }
}
