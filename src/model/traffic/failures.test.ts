import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { routeFailure } from './failures.ts'
import type { RouteProblem } from './route-problem.ts'

const route: KubernetesObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'cart', namespace: 'shop' },
}
const entry = 'web'

const problems: readonly (readonly [RouteProblem, string, string])[] = [
  [{ is: 'other-kind', want: 'VirtualService' }, 'OTHER-KIND', 'not a VirtualService'],
  [{ is: 'no-entries' }, 'NO-HTTP-ROUTE', 'no http route'],
  [{ is: 'other-protocol', protocols: ['tcp', 'tls'] }, 'OTHER-PROTOCOL', 'tcp and tls routes'],
  [{ is: 'several-entries', entries: ['a', '#1'] }, 'SEVERAL-ROUTES', '2 http entries'],
  [{ is: 'entry-missing', entry, entries: ['a'] }, 'ROUTE-MISSING', 'no http entry web, only a'],
  [{ is: 'not-routed', entry, by: 'delegate' }, 'NOT-ROUTED', 'has a delegate'],
  [{ is: 'no-destination', entry }, 'NO-DESTINATION', 'has no destination'],
  [{ is: 'blank-host', entry }, 'BLANK-HOST', 'has no host'],
  [{ is: 'none-ours', entry, destinations: ['x'] }, 'NONE-OURS', 'the workload: x'],
  [{ is: 'several-ours', entry, destinations: ['x', 'y'] }, 'SEVERAL-OURS', 'x, y'],
  [{ is: 'without-weight', entry, destination: 'x' }, 'WITHOUT-WEIGHT', 'weight 0'],
  [{ is: 'literal-stands', entry, destination: 'x' }, 'LITERAL-STANDS', 'keeps its share'],
  [{ is: 'not-expressible', reason: 'no place for x' }, 'NOT-EXPRESSIBLE', 'can not be split as asked: no place for x'],
  [
    { is: 'unsupported', what: 'a mirror of 5 %', lack: 'x is missing' },
    'UNSUPPORTED',
    'a mirror of 5 % cannot be counted on there: x is missing',
  ],
  [{ is: 'rows', problems: [{ is: 'no-rows' }, { is: 'sum', sum: 0 }] }, 'BAD-ROWS', 'no rows; the weights sum to 0, not to 100'],
]

it.each(problems)('tells a person about %j', (problem, code, words) => {
  const failure = routeFailure(route, problem)
  expect(failure).toMatchObject({ code: `SL-TRAFFIC-${code}`, blame: 'user' })
  expect(failure.message).toMatch(/^VirtualService shop\/cart: /)
  expect(failure.message).toContain(words)
})
