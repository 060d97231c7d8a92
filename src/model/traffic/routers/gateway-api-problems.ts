// What a route of the Gateway API is not asked for, since its kind has no words for it, or its gateways are not known to heed them.
import type { GatewayRoute } from '../gateway-api/objects.ts'
import { lacks, type Ability, type Feature } from '../gateway-api/support.ts'
import type { RouteProblem } from '../route-problem.ts'
import { requestMatchText, type ApartChange, type RequestMatch } from './apart.ts'
import { isMirrorTo, isSetCookie, type Filtered, type IsTo } from './gateway-api-filters.ts'
import type { Ours } from './router.ts'

type Support = Ours['support']

/** Why a change is not for routes of this kind, or not for their gateways. `managed` are the rules that it changes. */
export function apartProblem(
  kind: GatewayRoute['kind'],
  change: ApartChange,
  managed: readonly Filtered[],
  { support }: Ours,
  isCanary: IsTo,
): RouteProblem | undefined {
  switch (change.is) {
    case 'headerRoute': {
      const asked = change.match.find(needsExpression)
      return asked && unless(`header route ${change.name} (${requestMatchText(asked)})`, support, ['headerExpressions'])
    }
    case 'mirror':
      return change.percent === 0 ? undefined : mirrorProblem(kind, change.percent, managed, support, isCanary)
    case 'sticky':
      return change.sticky && stickyProblem(kind, managed, support)
    case 'nothing':
      return undefined
  }
}

function unless(what: string, support: Support, wanted: readonly (Feature | Ability)[]): RouteProblem | undefined {
  const lack = wanted.map(each => lacks(support, each)).find(each => each !== undefined)
  return lack === undefined ? undefined : { is: 'unsupported', what, lack }
}

function mirrorProblem(
  kind: GatewayRoute['kind'],
  percent: number,
  managed: readonly Filtered[],
  support: Support,
  isCanary: IsTo,
): RouteProblem | undefined {
  const what = `a mirror of ${percent} %`
  if (kind === 'GRPCRoute') return unless(what, support, ['callMirrors'])
  const beside = managed.some(({ filters }) => filters?.some(each => each.requestMirror && !isMirrorTo(each, isCanary)))
  return unless(what, support, [
    'HTTPRouteRequestMirror',
    ...(percent < 100 ? (['HTTPRouteRequestPercentageMirror'] as const) : []),
    ...(beside ? (['HTTPRouteRequestMultipleMirrors'] as const) : []),
  ])
}

function stickyProblem(kind: GatewayRoute['kind'], managed: readonly Filtered[], support: Support): RouteProblem | undefined {
  if (kind === 'GRPCRoute') return { is: 'not-expressible', reason: 'clients of gRPC keep no cookies, by which users stay on a side' }
  if (managed.some(losesCookies))
    return { is: 'not-expressible', reason: 'a rule sets or removes the Set-Cookie header of all its answers' }
  return unless('keeping users on their side', support, ['backendAnswerHeaders', 'headerExpressions'])
}

function needsExpression({ headers = {}, cookie }: RequestMatch): boolean {
  return cookie !== undefined || Object.values(headers).some(({ exact }) => exact === undefined)
}

function losesCookies({ filters }: Filtered): boolean {
  const modifiers = (filters ?? []).flatMap(({ responseHeaderModifier }) => responseHeaderModifier ?? [])
  return modifiers.some(({ set = [], remove = [] }) => [...set.map(({ name }) => name), ...remove].some(isSetCookie))
}
