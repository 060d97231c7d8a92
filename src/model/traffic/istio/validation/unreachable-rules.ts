import type { HttpMatch, HttpRoute, StringMatch } from '../objects.ts'
import { canonicalJson } from '#base/index.ts'

/** A rule of a VirtualService, or one match of it, that no request can reach, as istiod warns about it (IST0130 and IST0131). */
export interface Unreachable {
  /** Index of the entry. */
  readonly rule: number
  /** Index of the match; absent where the whole entry is meant. */
  readonly match?: number
  /** How the entry is called: its name in quotes, or `#index`. */
  readonly name: string
  readonly reason: string
}

interface Rule {
  readonly name?: string
  readonly match?: readonly object[]
}

const onlyLast = 'only the last rule can have no matches'
const behindCatchAll = 'a rule without matches stands before it'
const allUsed = 'all its matches are used by rules before it'

/** Entries of one protocol that are hidden by catch-alls or by equal matches before them. */
export function unreachableRules(rules: readonly Rule[]): readonly Unreachable[] {
  const found: Unreachable[] = []
  const seen = new Map<string, number>()
  let catchAll = false
  for (const [rule, { match }] of rules.entries()) {
    const name = ruleName(rules, rule)
    if (!match?.length) {
      if (catchAll) found.push({ rule, name, reason: onlyLast })
      catchAll = true
      continue
    }
    if (catchAll) found.push(...match.map(() => ({ rule, name, reason: behindCatchAll })))
    else found.push(...repeated(rules, rule, seen))
  }
  return found
}

/** Matches that stand in a rule before; and the rule itself, where all of them do. */
function repeated(rules: readonly Rule[], rule: number, seen: Map<string, number>): readonly Unreachable[] {
  const name = ruleName(rules, rule)
  const matches = rules[rule]?.match ?? []
  const found = matches.flatMap((match, index): readonly Unreachable[] => {
    const content = canonicalJson(withoutName(match))
    const before = seen.get(content)
    if (before === undefined) seen.set(content, rule)
    return before === undefined ? [] : [{ rule, match: index, name, reason: `the same match stands in rule ${ruleName(rules, before)}` }]
  })
  return found.length === matches.length ? [...found, { rule, name, reason: allUsed }] : found
}

/** Prefixes that a shorter prefix before them already takes, as far as istiod compares: port, method, authority, headers and parameters. */
export function overlappingPrefixes(routes: readonly HttpRoute[]): readonly Unreachable[] {
  const prefixes = routes.flatMap((route, rule) =>
    behind(routes, rule) ? [] : (route.match ?? []).flatMap((match, index) => prefixMatch(match, rule, index)),
  )
  return prefixes.flatMap((later, position) =>
    prefixes
      .slice(0, position)
      .filter(earlier => earlier.prefix !== later.prefix && covers(earlier, later))
      .map(earlier => ({
        rule: later.rule,
        match: later.index,
        name: ruleName(routes, later.rule),
        reason: `prefix ${earlier.prefix} in rule ${ruleName(routes, earlier.rule)} takes it before`,
      })),
  )
}

function behind(routes: readonly HttpRoute[], rule: number): boolean {
  return routes.slice(0, rule).some(route => !route.match?.length)
}

interface Prefix {
  readonly rule: number
  readonly index: number
  readonly prefix: string
  readonly port: number
  readonly method: string
  readonly authority: string
  readonly conditions: readonly Readonly<Record<string, string>>[]
}

function prefixMatch(match: HttpMatch, rule: number, index: number): readonly Prefix[] {
  const prefix = match.uri?.prefix
  if (!prefix) return []
  const { method, authority, headers, queryParams, withoutHeaders, port = 0 } = match
  return [
    {
      rule,
      index,
      prefix,
      port,
      method: condition(method) || 'exact:GET',
      authority: condition(authority),
      conditions: [headers, queryParams, withoutHeaders].map(conditions),
    },
  ]
}

function conditions(matches: Readonly<Record<string, StringMatch | null>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(matches ?? {}).map(([name, match]) => [name, condition(match)]))
}

function condition(match: StringMatch | null | undefined): string {
  if (match?.exact) return `exact:${match.exact}`
  return match?.prefix ? `prefix:${match.prefix}` : ''
}

function covers(earlier: Prefix, later: Prefix): boolean {
  return (
    later.prefix.startsWith(earlier.prefix) &&
    later.port === earlier.port &&
    earlier.method.startsWith(later.method) &&
    earlier.authority.startsWith(later.authority) &&
    earlier.conditions.every((own, index) => allCover(own, later.conditions[index] ?? {}))
  )
}

function allCover(earlier: Readonly<Record<string, string>>, later: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(earlier)
  return (
    names.length === Object.keys(later).length && names.every(name => name in later && earlier[name]?.startsWith(later[name] as string))
  )
}

function ruleName(rules: readonly Rule[], index: number): string {
  const name = rules[index]?.name
  return name ? JSON.stringify(name) : `#${index}`
}

/** A match without what does not count for what it matches: its name, and fields with nothing in them. */
function withoutName(match: object): object {
  const counted = Object.entries(match).filter(([field, value]) => field !== 'name' && !isNothing(field, value))
  return Object.fromEntries(counted)
}

function isNothing(field: string, value: unknown): boolean {
  const isMatch = ['uri', 'scheme', 'method', 'authority'].includes(field)
  if (typeof value === 'object' && value !== null) return !isMatch && Object.keys(value).length === 0
  return value === null || value === '' || value === 0 || value === false
}
