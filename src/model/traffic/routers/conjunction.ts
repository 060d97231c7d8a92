import type { HttpMatch, StringMatch } from '../istio/objects.ts'
import { compileText } from '../istio/routing/match.ts'

/** Two conditions as one: undefined where nothing can fulfil both; `unsayable` where no single condition says it. */
export type Conjunction<T> = { readonly is: 'one'; readonly match: T } | { readonly is: 'never' } | { readonly is: 'unsayable' }

const one = <T>(match: T): Conjunction<T> => ({ is: 'one', match })

/** Both conditions on one text. `{}` asks only that it is there. */
export function bothTexts(a: StringMatch, b: StringMatch): Conjunction<StringMatch> {
  if (isAny(a)) return one(b)
  if (isAny(b)) return one(a)
  if (a.exact !== undefined) return compileText(b)(a.exact) ? one(a) : { is: 'never' }
  if (b.exact !== undefined) return compileText(a)(b.exact) ? one(b) : { is: 'never' }
  if (a.prefix !== undefined && b.prefix !== undefined) return bothPrefixes(a.prefix, b.prefix)
  return a.regex !== undefined && a.regex === b.regex ? one(a) : { is: 'unsayable' }
}

function bothPrefixes(a: string, b: string): Conjunction<StringMatch> {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return long.startsWith(short) ? one({ prefix: long }) : { is: 'never' }
}

function isAny({ exact, prefix, regex }: StringMatch): boolean {
  return exact === undefined && (prefix === undefined || prefix === '') && (regex === undefined || regex === '.*' || regex === '*')
}

/** Both conditions on a path, of which every one begins with `/`. Where one does not mind the case, neither does the whole. */
export function bothPaths(a: StringMatch, b: StringMatch, ignoreCase: boolean): Conjunction<StringMatch> {
  const [first, second] = [a, b].map(each => (each.prefix === '/' ? {} : ignoreCase ? lowerCase(each) : each)) as [StringMatch, StringMatch]
  return isAny(first) && isAny(second) ? one(a) : bothTexts(first, second)
}

function lowerCase({ exact, prefix, ...rest }: StringMatch): StringMatch {
  return {
    ...rest,
    ...(exact === undefined ? {} : { exact: exact.toLowerCase() }),
    ...(prefix === undefined ? {} : { prefix: prefix.toLowerCase() }),
  }
}

/** An entry's own match, narrowed by conditions on path, method and headers; everything else of it stays. */
export function narrowMatch(own: HttpMatch, by: Pick<HttpMatch, 'uri' | 'method' | 'headers'>): Conjunction<HttpMatch> {
  let match: HttpMatch = own
  const parts: readonly (readonly [Conjunction<StringMatch>, (text: StringMatch) => HttpMatch])[] = [
    ...(by.uri ? [[bothPaths(own.uri ?? {}, by.uri, own.ignoreUriCase === true), (uri: StringMatch) => ({ ...match, uri })] as const] : []),
    ...(by.method ? [[bothTexts(own.method ?? {}, by.method), (method: StringMatch) => ({ ...match, method })] as const] : []),
    ...Object.entries(by.headers ?? {}).map(([name, wanted]) => {
      const present = Object.keys(own.headers ?? {}).find(each => each.toLowerCase() === name.toLowerCase())
      const both = bothTexts((present === undefined ? undefined : own.headers?.[present]) ?? {}, wanted)
      return [both, (text: StringMatch) => ({ ...match, headers: { ...match.headers, [present ?? name]: text } })] as const
    }),
  ]
  if (parts.some(([both]) => both.is === 'never')) return { is: 'never' }
  for (const [both, put] of parts) {
    if (both.is !== 'one') return both
    match = put(both.match)
  }
  return one(match)
}
