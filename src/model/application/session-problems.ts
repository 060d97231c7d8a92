import { objectName, problemOf, type Problem } from '#base/index.ts'
import { apartProblemOf, type Goal, type Release, type Which } from '#model/release/index.ts'
import { pathParts, sameHost, sessionSigns, type DestinationRule } from '#model/traffic/index.ts'
import { application as failures } from './failures.ts'
import type { PreparedRelease } from './prepared-release.ts'

/** What it takes to keep users on a side, for asking whether the route could say so. */
const trial = { cookie: 'trial', maxAge: 1 }

/**
 * A split of users who have sessions, without `stickySession`: the first sign of sessions that the manifests show. Nothing where no share is
 * between none and all, and nothing where the kind of route could not keep users on a side.
 */
export function sessionProblems(
  which: Which,
  goals: readonly Goal[],
  terms: Release,
  { release, rendered }: PreparedRelease,
): readonly Problem[] {
  const divided = goals.filter(isDivided)
  if (terms.sticky || divided.length === 0 || apartProblemOf(which, divided, { ...terms, sticky: trial })) return []
  const namespace = release.namespace
  const rules = rendered.filter(
    ({ object }) =>
      object.kind === 'DestinationRule' &&
      sameHost({ host: (object as DestinationRule).spec.host, namespace }, { host: which.host, namespace }),
  )
  const others = rendered.filter(({ object }) => object === which.service || which.routes.includes(object))
  const [first] = [...rules, ...others].flatMap(each => sessionSigns(each.object).map(sign => ({ ...each, ...sign })))
  if (!first) return []
  const about = `${objectName(first.object)}: ${first.path}`
  const failure = failures.SESSIONS_DIVIDED({ about, says: first.says, service: release.service })
  return [problemOf(failure, first.place([...pathParts(first.path)]), 'warning')]
}

function isDivided(goal: Goal): boolean {
  return goal.to === 'split' && goal.rows.some(({ to, weight }) => to === 'canary' && weight > 0 && weight < 100)
}
