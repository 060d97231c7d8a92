import { objectName } from '#base/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { grouped } from './grouped.ts'
import { roleRule } from './role-rule.ts'
import { isMeshBound } from './route.ts'
import { listed } from './text.ts'

/** Whether the report of the run will tell of requests, and by whom. */
export function countingFindings(facts: Facts): readonly PreflightFinding[] {
  const { prometheus } = facts.around.counting
  const trouble = troubleOf(facts)
  // Nothing is measured of a release that nobody is served by yet; a wrong address is wrong from the beginning.
  const needed = facts.subject.first ? undefined : unseenByGateways(facts)
  if (needed === undefined)
    return trouble?.level === 'warn' ? [trouble] : [ok('counting', 'requests are counted by the gateways themselves')]
  if (!prometheus) return [needed]
  return [trouble ?? ok('counting', `requests are counted by Prometheus ${prometheus.url}`)]
}

/** Whether somebody can tell of the requests by which the run judges a version: told before users are on it, not when it is to be judged. */
export function measuringFindings(facts: Facts): readonly PreflightFinding[] {
  const { first, service, steps } = facts.subject
  const judging = steps.flatMap(({ name, measures }) => (measures ? [`"${name}"`] : []))
  const why = judging.length === 0 || first ? undefined : silenceOf(facts)
  if (why === undefined) return []
  return [objection('counting', 'refuse', failures.NOTHING_TO_JUDGE_BY({ steps: listed(judging), service: objectName(service), why }))]
}

/** Why neither gateways nor a Prometheus tell; undefined where one of them does, or may. */
function silenceOf({ around: { counting, gatewayPods } }: Facts): string | undefined {
  const { prometheus, missing } = counting
  const trouble = prometheus?.trouble
  if (prometheus && (trouble === undefined || trouble === 'nobody')) return undefined
  const askable =
    gatewayPods.unseen !== undefined ||
    gatewayPods.items.some(({ metadata }) => !missing.some(({ need }) => need.namespace === metadata.namespace))
  if (askable) return undefined
  if (trouble !== undefined && trouble !== 'nobody') return trouble.says
  return missing.length > 0
    ? 'its gateways may not be asked (create pods/portforward), and no Prometheus is named'
    : 'no gateway leads there, and no Prometheus is named'
}

function troubleOf({ around: { counting }, subject }: Facts): PreflightFinding | undefined {
  const { url, trouble } = counting.prometheus ?? {}
  if (url === undefined || trouble === undefined) return undefined
  if (trouble === 'nobody')
    return objection('counting', 'unknown', failures.PROMETHEUS_EMPTY({ url, service: subject.service.metadata.name }))
  return objection('counting', 'warn', failures.PROMETHEUS_SILENT({ says: trouble.says }), trouble.todo)
}

/** Why the gateways alone cannot tell of every request. */
function unseenByGateways({ subject, around: { counting, gatewayPods } }: Facts): PreflightFinding | undefined {
  const rules = grouped(counting.missing, ({ resource, need }) => `${resource} ${need.namespace ?? ''}`).map(roleRule)
  if (rules.length > 0) {
    const places = [...new Set(counting.missing.map(({ need }) => need.namespace ?? ''))].join(', ')
    return objection(
      'counting',
      'warn',
      failures.NOT_COUNTED({ places }),
      `${rules.join(' ')}, or name a Prometheus in the Infrastructure.`,
    )
  }
  if (isMeshBound(subject)) return objection('counting', 'unknown', failures.CALLERS_NOT_COUNTED({}))
  if (gatewayPods.unseen === undefined) return undefined
  const means = 'how many requests the run will carry and lose is not measured'
  return objection('counting', 'unknown', failures.UNSEEN({ what: 'Pods of the gateways', why: gatewayPods.unseen, means }))
}
