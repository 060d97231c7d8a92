import type { HttpMatch } from '../objects.ts'
import { checkGatewayNames } from './gateway-names.ts'
import { isDnsLabel } from './host-syntax.ts'
import { eachEntry, type Report } from './findings.ts'
import { isClaim, matchedHeaderProblem } from './headers.ts'
import { checkLabels } from './labels.ts'
import { portProblem } from './destinations.ts'
import { checkRegexMatch, checkStringMatch } from './string-match.ts'

/** One alternative of an http entry. */
export function checkHttpMatch(match: HttpMatch, path: string, report: Report): void {
  checkHeaderMatches(match, path, report)
  checkRegexMatch(match.uri, `${path}.uri`, report)
  for (const part of ['scheme', 'method', 'authority'] as const) checkStringMatch(match[part], `${path}.${part}`, report)
  eachEntry(match.queryParams, `${path}.queryParams`, (_name, parameter, at) => checkStringMatch(parameter, at, report))
  if (match.port) report.check(`${path}.port`, portProblem(match.port))
  checkLabels(match.sourceLabels, `${path}.sourceLabels`, report)
  checkGatewayNames(match.gateways, `${path}.gateways`, report)
  if (match.sourceNamespace && !isDnsLabel(match.sourceNamespace)) {
    report.error(`${path}.sourceNamespace`, `"${match.sourceNamespace}" is no name of a namespace`)
  }
}

function checkHeaderMatches(match: HttpMatch, path: string, report: Report): void {
  eachEntry(match.headers, `${path}.headers`, (name, header, at) => {
    report.check(at, matchedHeaderProblem(name))
    if ((header as unknown) === null) report.error(at, 'cannot be null; {} means that the header is there')
    else checkStringMatch(header, at, report)
  })
  eachEntry(match.withoutHeaders, `${path}.withoutHeaders`, (name, header, at) => {
    report.check(at, matchedHeaderProblem(name))
    // "*" is no expression here: it means that the header is there.
    if (header && header.regex !== '*') checkStringMatch(header, at, report)
  })
}

/** Claims of tokens are known at gateways only. */
export function checkNoClaims(match: HttpMatch, path: string, report: Report): void {
  for (const part of ['headers', 'withoutHeaders'] as const) {
    eachEntry<unknown>(match[part], `${path}.${part}`, (name, _match, at) => {
      if (isClaim(name)) report.error(at, `routing by claims (${name}) works at gateways only`)
    })
  }
}
