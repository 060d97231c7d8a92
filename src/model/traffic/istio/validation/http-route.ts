import type { HttpRoute } from '../objects.ts'
import { checkDestination, checkDestinations } from './destinations.ts'
import { each, type Report } from './findings.ts'
import { checkHeaders, isAuthority } from './headers.ts'
import { checkDirectResponse, checkRedirect, checkRewrite } from './http-answers.ts'
import { checkCors, checkDuration, checkFault, checkRetries } from './http-behaviour.ts'
import { checkHttpMatch } from './http-match.ts'

/** An entry as the schema lets it pass: the deprecated percentage has two spellings. */
type Entry = HttpRoute & { readonly mirror_percent?: number }

/** One http entry; `inDelegate` where the VirtualService has no hosts of its own. */
export function checkHttpRoute(route: Entry, inDelegate: boolean, path: string, report: Report): void {
  if (route.delegate && !inDelegate) checkRoot(route, path, report)
  else checkAction(route, path, report)
  if (route.delegate && inDelegate) report.error(`${path}.delegate`, 'a delegate cannot delegate further')
  each(route.match, `${path}.match`, (match, at) => checkHttpMatch(match, at, report))
  checkHeaders(route.headers, `${path}.headers`, report)
  checkCors(route.corsPolicy, `${path}.corsPolicy`, report)
  checkFault(route.fault, `${path}.fault`, report)
  checkMirrors(route, path, report)
  checkRedirect(route.redirect, route.match ?? [], `${path}.redirect`, report)
  checkDirectResponse(route.directResponse, `${path}.directResponse`, report)
  checkRetries(route.retries, `${path}.retries`, report)
  checkRewrite(route.rewrite, `${path}.rewrite`, report)
  checkAuthority(route, path, report)
  checkDestinations(route.route, `${path}.route`, report)
  checkDuration(route.timeout, `${path}.timeout`, report)
}

/** An entry that hands over to a delegate keeps its other settings, which the delegate's entries inherit. */
function checkRoot(route: Entry, path: string, report: Report): void {
  if (route.redirect) report.error(`${path}.redirect`, 'an entry that delegates must not redirect')
  if (route.route) report.error(`${path}.route`, 'an entry that delegates must not have a route')
}

/** An entry does one of three things. */
function checkAction(route: Entry, path: string, report: Report): void {
  const routes = (route.route?.length ?? 0) > 0
  if (route.redirect) checkExcluded(route, 'redirect', path, report)
  else if (route.directResponse) checkExcluded(route, 'directResponse', path, report)
  else if (!routes) report.error(path, 'route, redirect or directResponse is required')
  if (route.redirect && route.directResponse) report.error(path, 'cannot have both redirect and directResponse')
  if (route.mirror && route.mirrors?.length) report.error(path, 'cannot have both mirror and mirrors')
}

function checkExcluded(route: Entry, answer: string, path: string, report: Report): void {
  const there = { route: route.route?.length, fault: route.fault, rewrite: route.rewrite }
  for (const [name, value] of Object.entries(there)) if (value) report.error(path, `cannot have both ${name} and ${answer}`)
}

function checkMirrors(route: Entry, path: string, report: Report): void {
  const percent = route.mirrorPercent ?? route.mirror_percent
  if (percent !== undefined && percent !== null) {
    report.warning(`${path}.mirrorPercent`, 'is deprecated, use mirrorPercentage')
    checkShare(percent, `${path}.mirrorPercent`, report)
  }
  checkShare(route.mirrorPercentage?.value, `${path}.mirrorPercentage`, report)
  checkDestination(route.mirror, `${path}.mirror`, report)
  each(route.mirrors, `${path}.mirrors`, (mirror, at) => {
    checkDestination(mirror.destination, `${at}.destination`, report)
    checkShare(mirror.percentage?.value, `${at}.percentage`, report)
  })
}

function checkShare(percent: number | undefined, path: string, report: Report): void {
  if (percent !== undefined && (percent < 0 || percent > 100)) report.error(path, `${percent} is not in the range 0..100`)
}

/** The authority can be changed in one place only. */
function checkAuthority(route: Entry, path: string, report: Report): void {
  const { set = {}, add = {} } = route.headers?.request ?? {}
  const changes = [...Object.entries(set), ...Object.entries(add)].filter(([name]) => isAuthority(name)).map(([, value]) => value)
  const values = [route.rewrite?.authority ?? '', ...changes]
  if (values.slice(0, -1).some(value => value !== ''))
    report.error(path, `the authority is set more than once: ${values.filter(Boolean).join(', ')}`)
}
