import { objectName } from '#base/index.ts'
import type { Facts, Sight, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { canaryLabels } from './labels.ts'
import { listed } from './text.ts'
import { waysPast, type WayPast } from './ways-past.ts'

/** What a caller gets that no managed entry leads: the Service balances over all its pods. */
const byShare = "the canary by its share of pods, whatever the route's weights say"

/** Every path to the pods past the managed routes that can be seen, and what could not be seen. */
export function bypassFindings(facts: Facts): readonly PreflightFinding[] {
  const { subject } = facts
  if (subject.first) return [ok('otherWays', 'a first deployment: one version serves, whichever way one comes')]
  const ways = waysPast({ ...facts, labels: [canaryLabels(subject)] })
  const level = subject.bypass === 'refuse' ? 'refuse' : 'warn'
  const bypassed = failures.BYPASSED({ service: objectName(subject.service), by: listed(ways.map(({ says }) => says)), get: byShare })
  const found = ways.length === 0 ? [] : [objection('otherWays', level, bypassed, bypassTodo(subject, ways))]
  const unseen = subject.isolated ? [] : unseenFindings(sightsOfRoutes(facts))
  if (found.length + unseen.length > 0) return [...found, ...unseen]
  return [
    ok(
      'otherWays',
      subject.isolated
        ? 'the canary has a Service of its own: who passes the route by gets stable alone'
        : 'none is seen past the managed route',
    ),
  ]
}

function sightsOfRoutes({ around }: Facts): readonly (readonly [string, Sight])[] {
  return [
    ['VirtualServices of other namespaces', around.virtualServices],
    ['HTTPRoutes of other namespaces', around.httpRoutes],
  ]
}

function bypassTodo({ bypass, routes }: Subject, ways: readonly WayPast[]): string {
  const mesh = ways.some(({ is }) => is === 'mesh')
  const lead = mesh ? `Add the gateway mesh to ${listed(routes.map(objectName))}` : 'Lead them through the managed route'
  return bypass === 'refuse'
    ? `${lead}, or state bypass: accept in the Environment.`
    : `${lead}; or leave it, if this is accepted. Who gets what: sluice explain bypass.`
}

function unseenFindings(sights: readonly (readonly [string, Sight])[]): readonly PreflightFinding[] {
  return sights.flatMap(([what, { unseen }]) => {
    if (unseen === undefined) return []
    const means = 'ways past the managed route are unknown'
    return [objection('otherWays', 'unknown', failures.UNSEEN({ what, why: unseen, means }))]
  })
}
