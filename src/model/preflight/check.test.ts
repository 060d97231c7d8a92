import { expect, it } from 'vitest'
import { facts, without } from './cart-facts.contract.ts'
import { preflightFindings } from './check.ts'
import { concerns } from './finding.ts'

it('says something about every concern, and all of it is fine but the callers inside the mesh', () => {
  const findings = preflightFindings(facts())

  expect(new Set(findings.map(({ concern }) => concern))).toEqual(new Set(concerns.filter(concern => concern !== 'release')))
  expect(findings.flatMap(finding => (finding.level === 'ok' ? [] : finding.code))).toEqual(['SL-PREFLIGHT-BYPASSED'])
})

it('never takes what could not be seen for fine', () => {
  const unknown = (all: ReturnType<typeof facts>): readonly string[] =>
    preflightFindings(all).flatMap(finding => (finding.level === 'unknown' ? [finding.concern] : []))
  const unseen = { items: [], unseen: 'no right' }

  expect(unknown(facts({}, { virtualServices: unseen }))).toEqual(['otherWays'])
  expect(unknown(facts({}, { destinationRules: unseen }))).toEqual(['rule'])
  expect(unknown(facts({}, { httpRoutes: unseen }))).toEqual(['otherWays'])
  expect(unknown(facts({}, { quotas: unseen, nodes: unseen }))).toEqual(['capacity', 'capacity'])
  expect(unknown(facts({}, { budgets: unseen, scaledObjects: unseen, networkPolicies: unseen }))).toEqual(['scaling', 'scaling', 'scaling'])
  expect(unknown(facts({}, { gatewayPods: unseen }))).toEqual(['rule', 'counting'])
  expect(unknown(facts({}, { rights: { is: 'unknown', why: 'no reviews' } }))).toEqual(['rights'])
  expect(unknown(without('rejections'))).toEqual(['mesh'])
  expect(unknown(without('endpointClusters'))).toEqual(['mesh'])
})
