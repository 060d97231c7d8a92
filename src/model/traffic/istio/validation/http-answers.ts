import type { HttpDirectResponse, HttpMatch, HttpRedirect, HttpRewrite } from '../objects.ts'
import { portProblem } from './destinations.ts'
import type { Report } from './findings.ts'
import { regexProblem } from './string-match.ts'

const kilobyte = 1024
const megabyte = 1024 * kilobyte

/** istiod stops at the first thing that is wrong with a redirect, and so does this. */
export function checkRedirect(redirect: HttpRedirect | undefined, matches: readonly HttpMatch[], path: string, report: Report): void {
  if (redirect) report.check(path, redirectProblem(redirect, matches))
}

function redirectProblem(redirect: HttpRedirect, matches: readonly HttpMatch[]): string | undefined {
  const { redirectCode: code, scheme, port } = redirect
  const target = redirectTargetProblem(redirect, matches)
  if (target) return target
  if (code && (code < 300 || code > 399)) return `${code} is no code of a redirect (300..399)`
  if (scheme && scheme !== 'http' && scheme !== 'https') return `scheme must be http or https, not ${scheme}`
  return port ? portProblem(port) : undefined
}

function redirectTargetProblem(redirect: HttpRedirect, matches: readonly HttpMatch[]): string | undefined {
  const { uri, prefixRewrite, authority, scheme } = redirect
  if (uri && prefixRewrite) return 'only one of uri and prefixRewrite may be set'
  if (prefixRewrite && matches.some(match => match.uri && match.uri.prefix === undefined)) {
    return 'prefixRewrite needs every match of a uri to be a prefix'
  }
  const somewhere = [uri, prefixRewrite, authority, scheme].some(Boolean) || 'port' in redirect || 'derivePort' in redirect
  return somewhere ? undefined : 'must name a uri, authority, scheme or port'
}

export function checkDirectResponse(response: HttpDirectResponse | undefined, path: string, report: Report): void {
  if (!response) return
  const { body } = response
  const size = body?.bytes === undefined ? new TextEncoder().encode(body?.string ?? '').length : decodedLength(body.bytes)
  if (size > megabyte) report.error(`${path}.body`, 'must be at most 1 MiB')
  else if (size > 100 * kilobyte) report.warning(`${path}.body`, 'more than 100 KiB may slow down the control plane')
  report.check(`${path}.status`, statusProblem(response.status))
}

function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

/** What is wrong with a status that a proxy is told to answer. */
export function statusProblem(status: number): string | undefined {
  return status >= 200 && status <= 600 ? undefined : `HTTP status ${status} is not in the range 200..600`
}

export function checkRewrite(rewrite: HttpRewrite | undefined, path: string, report: Report): void {
  if (!rewrite) return
  const { uri, uriRegexRewrite: regex, authority } = rewrite
  if (uri && regex) return report.error(path, 'only one of uri and uriRegexRewrite may be set')
  if (!uri && !regex && !authority) return report.error(path, 'must have one of uri, uriRegexRewrite, authority')
  if (!regex) return
  const problem = regex.match && regex.rewrite ? regexProblem(regex.match) : 'needs both match and rewrite'
  report.check(`${path}.uriRegexRewrite`, problem)
}
