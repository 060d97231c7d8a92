import { releaseFailures } from '../failures.ts'
import type { Goal } from '../goal.ts'
import { done, wait, write, type Move } from '../move.ts'
import type { View } from '../view.ts'
import { claim } from './claim.ts'
import { foreignEdit } from './foreign-edit.ts'
import { giveBack, nameAgain } from './give-back.ts'
import { forget, isLetGo, letGo } from './let-go.ts'
import { pin } from './pin.ts'
import { promote } from './promote.ts'
import { reach } from './reach.ts'
import { reset, turnRound } from './reset.ts'
import { cleanUp, rest } from './rest.ts'
import { inOrder } from './rule.ts'
import { split } from './split.ts'
import { toldApart } from './told-apart.ts'
import { isForeign, type Terms } from './terms.ts'

/**
 * The protocol: what to do next for a goal, from wherever the cluster is. Level-triggered: it looks at what is, so a killed loop looks again.
 *
 * 1. The sides' names (subsets, or a Service) before the routes that name them; the routes before names that they no longer use. Each settled
 *    before the next.
 * 2. No pod of a second version exists while a route that would reach it is bare; the route is widened only when every proxy has forgotten the last one.
 * 3. A side gets weight only for pods that every proxy knows, and only as much as they carry.
 * 4. A side with weight is never removed, replaced or rolled.
 * 5. What is written counts only once it has settled.
 * 6. Somebody else's template is never overwritten; nothing goes forward past it. Once the release is let go, nobody is asked about one either.
 * 7. Nothing guards the way back.
 * 8. Requests that are told apart count as weight on the canary: they come after its pods, and go before its weight does, or with it.
 */
export function decide(goal: Goal, v: View, terms: Terms): Move {
  return rules[goal.to](goal as never, v, terms) ?? done
}

type Rules = { readonly [To in Goal['to']]: (goal: Extract<Goal, { to: To }>, v: View, terms: Terms) => Move | undefined }

const rules: Rules = {
  pinned: (_, v, terms) =>
    inOrder(
      () => forward(v, terms),
      () => pin(v),
      () => (v.arrival.route.reached === 'removal' ? undefined : wait(`the route at every proxy: ${v.arrival.route.says}`)),
    ),
  prepared: (goal, v, terms) =>
    inOrder(
      () => forward(v, terms),
      () => pin(v),
      () => reach({ version: 'next', pods: firstPods(goal.instances, terms), fixed: goal.fixed }, v, terms),
    ),
  split: (goal, v, terms) =>
    inOrder(
      () => forward(v, terms),
      () => pin(v),
      () => split(goal, v, terms),
    ),
  headerRoute: toldApartOnTheWay,
  mirror: toldApartOnTheWay,
  promoted: (goal, v, terms) =>
    inOrder(
      () => forward(v, terms),
      () => (goal.traffic === 'reset' ? reset(v, terms) : promote('next', v, terms)),
    ),
  canaryRemoved: (goal, v, terms) =>
    inOrder(
      () => claim(v),
      () => (goal.keepEdit ? undefined : foreignEdit(v, terms)),
      () => cleanUp(v, terms),
    ),
  atRest: (goal, v, terms) =>
    inOrder(
      () => (goal.keepEdit || isLetGo(v) ? undefined : foreignEdit(v, terms)),
      () => (goal.promotes && !isLetGo(v) ? promote('next', v, terms) : undefined),
      () => cleanUp(v, terms),
      () => forget(goal, v),
      () => letGo(v),
    ),
  returned: wayBack,
}

function toldApartOnTheWay(goal: Extract<Goal, { to: 'headerRoute' | 'mirror' }>, v: View, terms: Terms): Move | undefined {
  return inOrder(
    () => forward(v, terms),
    () => pin(v),
    () => toldApart(goal, v, terms),
  )
}

/** Users first, on the version of the snapshot; then the world as it was. */
function wayBack(goal: Extract<Goal, { to: 'returned' }>, v: View, terms: Terms): Move | undefined {
  const users = giveBack(goal, v, terms)
  return inOrder(
    () => nameAgain(v),
    () => fence(users, v),
    () => users,
    () => (goal.keepEdit || isLetGo(v) ? undefined : foreignEdit(v, terms)),
    () => (isForeign(v.stable.version) ? undefined : (turnRound(v, terms) ?? promote('before', v, terms))),
    () => (v.stable.surging ? write({ change: 'surge', on: false }) : undefined),
    () => (v.unrestored > 0 ? write({ change: 'restoreManifest' }) : undefined),
    () => rest(v),
    () => (v.brought > 0 ? write({ change: 'removeBrought' }) : undefined),
    () => letGo(v),
  )
}

/** Names apart, the first write of the way back is the route's, if only its mark: a forward write that is still on its way fails from then on. */
function fence(users: Move | undefined, v: View): Move | undefined {
  const writesRoute = users?.is === 'write' && users.change === 'split'
  return v.behind && !writesRoute ? write({ change: 'mark' }) : undefined
}

/** What stands before every goal that goes forward: the claim, no proxy that refuses, nobody else's edit. */
function forward(v: View, terms: Terms): Move | undefined {
  return inOrder(
    () => claim(v),
    () => (v.leftBehind > 0 ? write({ change: 'sweep' }) : undefined),
    () => rejected('the managed route', v.arrival.route.rejected),
    () => rejected(v.sides.says, v.arrival.sides.rejected),
    () => foreignEdit(v, terms),
  )
}

function rejected(thing: string, by: { readonly proxy: string; readonly words: string } | undefined): Move | undefined {
  return by && { is: 'fail', failure: releaseFailures.REJECTED({ thing, ...by }).record() }
}

function firstPods(instances: Extract<Goal, { to: 'prepared' }>['instances'], terms: Terms): number {
  return 'count' in instances ? instances.count : Math.max(1, Math.round((instances.percent / 100) * terms.replicas))
}
