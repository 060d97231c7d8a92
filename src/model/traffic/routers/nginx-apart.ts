// Header routes in the annotations of a canary Ingress. It asks one header and one cookie of a request, each of them one thing, and a request
// that has either is the canary's; so all header routes of a run share them.
//
// 1. The annotations of the header and the cookie are made from the record of all header routes, which stands beside them.
// 2. Where there is no record they are somebody else's, and are never touched.
import { canonicalJson, type Json } from '#base/index.ts'
import { canaryAnnotations, isCanaryPattern, isCanaryWord } from '../ingress-nginx/canary.ts'
import type { Ingress } from '../ingress-nginx/objects.ts'
import type { StringMatch } from '../istio/objects.ts'
import { digestOf, type Apart, type ApartChange, type RequestMatch } from './apart.ts'
import { done, every, refused, type Outcome } from './router.ts'

/** The header routes of a run by their names, as JSON: the annotations that ingress-nginx reads cannot say which is which. */
export const HEADER_ROUTES = 'sluice.dev/header-routes'

/** Annotations that lead requests to the canary beside its weight. */
export const besideWeight: readonly string[] = [
  canaryAnnotations.header,
  canaryAnnotations.headerValue,
  canaryAnnotations.headerPattern,
  canaryAnnotations.cookie,
]

/** Undefined takes an annotation out. */
export type AnnotationChanges = Readonly<Record<string, string | undefined>>
type Recorded = readonly (readonly [name: string, match: readonly RequestMatch[]])[]

/** What stands: routes whose annotations somebody has edited have no digest, for they are not as anybody asked; those that are taken out are gone. */
export function readHeaderRoutes({ metadata: { annotations = {} } }: Ingress): Apart {
  const recorded = recordedIn(annotations)
  const wanted = annotationsFor(recorded)
  const edited = wanted.is === 'refused' || besideWeight.some(name => annotations[name] !== wanted.value[name])
  const gone = besideWeight.every(name => annotations[name] === undefined)
  return { routes: gone ? [] : recorded.map(([name, match]) => ({ name, digest: edited ? '' : digestOf(match) })), mirrored: 0 }
}

/** The annotations as a change makes them; none where it changes nothing. */
export function headerRouteAnnotations({ metadata: { annotations = {} } }: Ingress, change: ApartChange): Outcome<AnnotationChanges> {
  const recorded = recordedIn(annotations)
  switch (change.is) {
    case 'headerRoute':
      return withRoutes(annotations, withRoute(recorded, change.name, change.match))
    case 'nothing':
      return withRoutes(annotations, [])
    case 'mirror':
      return change.percent === 0 ? done({}) : refused({ is: 'not-expressible', reason: 'ingress-nginx copies no requests to a canary' })
    case 'sticky':
      return change.sticky === undefined ? done({}) : refused({ is: 'not-expressible', reason: notSticky })
  }
}

const notSticky =
  'users of ingress-nginx stay by the session affinity of the main Ingress, which a run never writes; and that keeps them on stable whatever share the canary gets'

function withRoute(recorded: Recorded, name: string, match: readonly RequestMatch[]): Recorded {
  const others = recorded.filter(([each]) => each !== name)
  const at = recorded.findIndex(([each]) => each === name)
  if (match.length === 0) return others
  return at < 0 ? [...others, [name, match]] : [...others.slice(0, at), [name, match], ...others.slice(at)]
}

function withRoutes(annotations: Readonly<Record<string, string>>, routes: Recorded): Outcome<AnnotationChanges> {
  const stranger = besideWeight.find(name => annotations[name] !== undefined)
  if (annotations[HEADER_ROUTES] === undefined && stranger !== undefined)
    return routes.length === 0
      ? done({})
      : refused({ is: 'not-expressible', reason: `it has an annotation ${stranger} of its own, and there is place for one` })
  const made = annotationsFor(routes)
  if (made.is === 'refused') return made
  const record = routes.length === 0 ? undefined : canonicalJson(routes as unknown as Json)
  const nothing = Object.fromEntries(besideWeight.map(name => [name, undefined]))
  return done({ ...nothing, ...made.value, [HEADER_ROUTES]: record })
}

/** Of a record that somebody has spoilt nothing is known. */
function recordedIn(annotations: Readonly<Record<string, string>>): Recorded {
  try {
    const read = JSON.parse(annotations[HEADER_ROUTES] ?? '[]') as unknown
    return Array.isArray(read) ? (read as Recorded).filter(([name, match]) => typeof name === 'string' && Array.isArray(match)) : []
  } catch {
    return []
  }
}

/** One condition, on one header or one cookie. */
type Condition =
  | { readonly is: 'header'; readonly name: string; readonly value: StringMatch }
  | { readonly is: 'cookie'; readonly name: string; readonly value?: string }

function annotationsFor(routes: Recorded): Outcome<AnnotationChanges> {
  const read = every(routes, ([name, match]) => every(match, asked => conditionOf(name, asked)))
  if (read.is === 'refused') return read
  const all = read.value.flat()
  const headers = all.flatMap(each => (each.is === 'header' ? [each] : []))
  const cookies = [...new Set(all.flatMap(each => (each.is === 'cookie' ? [each.name] : [])))]
  const names = [...new Map(headers.map(({ name }) => [name.toLowerCase(), name])).values()]
  const [several] = [names, cookies].filter(each => each.length > 1)
  if (several)
    return refused({
      is: 'not-expressible',
      reason: `a canary Ingress asks one header and one cookie of a request, not both ${several.join(' and ')}: ${routes.map(([name]) => name).join(', ')} together ask more`,
    })
  const value = valueAnnotation(headers.map(each => each.value))
  if (value.is === 'refused') return value
  return done({
    ...(names[0] === undefined ? {} : { [canaryAnnotations.header]: names[0], ...value.value }),
    ...(cookies[0] === undefined ? {} : { [canaryAnnotations.cookie]: cookies[0] }),
  })
}

function conditionOf(route: string, { headers = {}, cookie, uri, method }: RequestMatch): Outcome<Condition> {
  const no = (reason: string): Outcome<Condition> => refused({ is: 'not-expressible', reason: `header route ${route}: ${reason}` })
  const [only, another]: readonly Condition[] = [
    ...Object.entries(headers).map(([name, value]) => ({ is: 'header', name, value }) as const),
    ...(cookie ? [{ is: 'cookie', ...cookie } as const] : []),
  ]
  if (!only || uri || method !== undefined) return no('a canary Ingress asks nothing of paths and methods, only a header or a cookie')
  if (another) return no('of several conditions a canary Ingress heeds each by itself, and they must hold together')
  const problem = conditionProblem(only)
  return problem === undefined ? done(only) : no(problem)
}

function conditionProblem({ is, name, value }: Condition): string | undefined {
  if (is === 'cookie' && value !== 'always')
    return `ingress-nginx knows a cookie by the value always alone (cookie: { name: ${name}, value: always })`
  // An underscore in the annotation stands for a hyphen too, and headers with underscores are dropped as they come.
  const taken = isCanaryWord(name) && (is === 'cookie' || !name.includes('_'))
  return taken ? undefined : `ingress-nginx takes no ${is} named ${name}`
}

/** A value where one is asked for and ingress-nginx can read it, else a pattern for the whole of the header. */
function valueAnnotation(values: readonly StringMatch[]): Outcome<AnnotationChanges> {
  const different = [...new Map(values.map(value => [canonicalJson(value as Json), value])).values()]
  const [only, another] = different
  if (!only) return done({})
  if (!another && only.exact !== undefined && isCanaryWord(only.exact)) return done({ [canaryAnnotations.headerValue]: only.exact })
  const pattern = `^(${different.map(patternOf).join('|')})$`
  if (isCanaryPattern(pattern)) return done({ [canaryAnnotations.headerPattern]: pattern })
  return refused({ is: 'not-expressible', reason: `ingress-nginx takes no pattern with such characters: ${pattern}` })
}

function patternOf({ exact, prefix, regex = '.*' }: StringMatch): string {
  if (exact !== undefined) return literally(exact)
  return prefix === undefined ? `(?:${regex})` : `${literally(prefix)}.*`
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, character => `\\${character}`)
}
