import { RE2JS } from 're2js'
import type { StringMatch } from '../objects.ts'
import type { Report } from './findings.ts'

/** istiod's stand-in for RE2's limit on the size of a program: bytes of the expression. */
const longestRegex = 1024

/** What is wrong with a regular expression of RE2. */
export function regexProblem(regex: string): string | undefined {
  if (new TextEncoder().encode(regex).length > longestRegex) return `regular expression is too long (at most ${longestRegex} bytes)`
  try {
    RE2JS.compile(regex)
    return undefined
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} (RE2 syntax)`
  }
}

/** A match of headers, methods and so on: an empty prefix would match everything and is refused. */
export function checkStringMatch(match: StringMatch | undefined, path: string, report: Report): void {
  if (match?.prefix === '') report.error(`${path}.prefix`, 'must not be empty')
  checkRegexMatch(match, path, report)
}

/** The same for paths, where an empty prefix is fine. */
export function checkRegexMatch(match: StringMatch | undefined, path: string, report: Report): void {
  if (match?.regex === undefined) return
  report.check(`${path}.regex`, match.regex === '' ? 'must not be empty' : regexProblem(match.regex))
}
