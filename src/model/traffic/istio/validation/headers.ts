import type { HeaderOperation, HeaderOperations } from '../objects.ts'
import { each, eachEntry, type Report } from './findings.ts'

/** Characters of a header's name by RFC 7230. */
const token = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/
const pseudoHeaders = [':method', ':scheme', ':authority', ':path', ':status']
// oxlint-disable-next-line no-control-regex
const value = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/

/**
 * Envoy's form of a header's value: text in which a percent sign is doubled, or opens a variable `%NAME%`, `%NAME(argument)%` or `%NAME(["a", "b"])%`.
 * A bracket that opens an argument is itself not looked at, so `%NAME()%` is not closed.
 */
const format = new RegExp(
  [
    String.raw`^(?:[^%]|%%|%(?!%)[^%(]*(?:%|\( *(?:\[ *"|[^ [])`,
    String.raw`(?:\\[\s\S]|[^\\)"])*(?:" *, *"(?:\\[\s\S]|[^\\)"])*)*`,
    String.raw`(?:\)|" *\] *\)) *%))*$`,
  ].join(''),
)

/** A claim of a token in the place of a header's name: `@request.auth.claims.group`, `@request.auth.claims[a][b]`. */
export function isClaim(name: string): boolean {
  return /^@request\.auth\.claims(?:\..+|\[.+\])$/is.test(name)
}

/** What is wrong with a header's name in a match. */
export function matchedHeaderProblem(name: string): string | undefined {
  if (name === '') return 'header name cannot be empty'
  return isClaim(name) || pseudoHeaders.includes(name) || token.test(name) ? undefined : `${name} is not a valid header name`
}

/** What is wrong with a header's name in a CORS policy. */
export function corsHeaderProblem(name: string): string | undefined {
  if (name === '') return 'header name cannot be empty'
  return token.test(name) ? undefined : `${name} is not a valid header name`
}

export function isAuthority(name: string): boolean {
  return /^(?::authority|host)$/i.test(name)
}

/** What is wrong with the value that a header is set to. */
export function headerValueProblem(content: string): string | undefined {
  if (!value.test(content)) return 'control characters are not allowed in a header'
  return format.test(content) ? undefined : 'a percent sign must be doubled (%%), or open and close a variable (%NAME%)'
}

export function checkHeaders(headers: HeaderOperations | undefined, path: string, report: Report): void {
  checkOperation(headers?.request, `${path}.request`, true, report)
  checkOperation(headers?.response, `${path}.response`, false, report)
}

function checkOperation(operation: HeaderOperation | undefined, path: string, mayBeAuthority: boolean, report: Report): void {
  for (const verb of ['set', 'add'] as const) {
    eachEntry(operation?.[verb], `${path}.${verb}`, (name, content, at) => {
      report.check(at, changedHeaderProblem(name, mayBeAuthority))
      report.check(at, headerValueProblem(content))
    })
  }
  each(operation?.remove, `${path}.remove`, (name, at) => report.check(at, changedHeaderProblem(name, false)))
}

function changedHeaderProblem(name: string, mayBeAuthority: boolean): string | undefined {
  if (name === '') return 'header name cannot be empty'
  if (mayBeAuthority && isAuthority(name)) return undefined
  return name.startsWith(':') || /^host$/i.test(name) ? `${name} cannot be changed here` : undefined
}
