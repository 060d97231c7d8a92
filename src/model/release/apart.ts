// What a release's routes tell apart from their shares, as goals ask for it and as it stands in objects.
import type { KubernetesObject } from '#base/index.ts'
import { requestMatchText, routeFailure, type Apart, type ApartChange, type Row, type Sticky } from '#model/traffic/index.ts'
import { compareShare } from './decide/shares.ts'
import type { Goal } from './goal.ts'
import { routerFor } from './holders.ts'
import { oursOf, type Observed, type Run } from './observed.ts'
import type { ApartView, RouteView } from './view.ts'

/** The change of its routes that a goal is about; undefined for goals that tell nothing apart. */
export function apartChange(goal: Goal): ApartChange | undefined {
  if (goal.to === 'headerRoute') return { is: 'headerRoute', name: goal.name, match: goal.match }
  if (goal.to === 'mirror') return { is: 'mirror', percent: goal.percent, allowUnsafeMethods: goal.allowUnsafeMethods }
  return undefined
}

/** `views` are of the same routes: the rows that stand, for the draws of sticky users. */
export function apartView(goal: Goal, observed: Observed, views: readonly RouteView[], run: Run): ApartView {
  const standing = observed.routes.map(route => apartOf(route, run))
  const change = goal.to === 'split' ? stickyChange(goal.rows, observed, views, run) : apartChange(goal)
  return {
    stands: standing.some(({ routes, mirrored, sticky }) => routes.length > 0 || mirrored > 0 || sticky !== undefined),
    mirrored: Math.max(0, ...standing.map(({ mirrored }) => mirrored)),
    asAsked: change === undefined || observed.routes.every(route => stands(route, change, run)),
  }
}

const none: Apart = { routes: [], mirrored: 0 }

function apartOf(route: KubernetesObject, run: Run): Apart {
  const read = routerFor(route).apart?.read(route, oursOf(run))
  return read?.is === 'done' ? read.value : none
}

/** What cannot be written does not stand: writing it says why. */
function stands(route: KubernetesObject, change: ApartChange, run: Run): boolean {
  const { apart } = routerFor(route)
  if (!apart) return isNothing(change)
  const written = apart.write(route, oursOf(run), change)
  return written.is === 'done' && written.value === route
}

function isNothing(change: ApartChange): boolean {
  return change.is === 'nothing' || (change.is === 'sticky' && change.sticky === undefined)
}

/** The route with the change; the very same one where it stands. Throws a Failure where the kind of route cannot say it. */
export function withApart(route: KubernetesObject, change: ApartChange, run: Run): KubernetesObject {
  const router = routerFor(route)
  if (!router.apart) {
    if (isNothing(change)) return route
    throw routeFailure(route, { is: 'not-expressible', reason: `Sluice does not tell requests apart in a ${route.kind}` })
  }
  const written = router.apart.write(route, oursOf(run), change)
  if (written.is === 'refused') throw routeFailure(route, written.problem)
  return written.value
}

/** A change in the words of a plan. */
export function apartText(change: ApartChange): string {
  switch (change.is) {
    case 'headerRoute':
      if (change.match.length === 0) return `header route ${change.name} taken away`
      return `header route ${change.name}: requests with ${change.match.map(requestMatchText).join(', or ')} lead to the canary`
    case 'mirror':
      return change.percent === 0 ? 'mirror taken away' : `${change.percent} % of the requests copied to the canary`
    case 'sticky':
      return change.sticky ? `users stay on their side (cookie ${change.sticky.cookie})` : 'users are drawn by each request'
    case 'nothing':
      return 'no request told apart'
  }
}

/** What a split changes beside the rows, in the words of a plan: each once, where it comes or goes. */
export function besideText(before: KubernetesObject, after: KubernetesObject, run: Run): readonly string[] {
  const [was, is] = [apartOf(before, run), apartOf(after, run)]
  return [
    ...was.routes.filter(({ name }) => !is.routes.some(each => each.name === name)).map(({ name }) => `header route ${name} taken away`),
    ...(was.mirrored > 0 && is.mirrored === 0 ? ['mirror taken away'] : []),
    ...(is.sticky && !was.sticky ? [`users stay on their side (cookie ${run.release.sticky?.cookie ?? ''})`] : []),
    ...(was.sticky && !is.sticky ? ['users no longer kept on their side'] : []),
  ]
}

/** Sticky users as rows need them; nothing about them where the release does not ask for it. */
export function stickyChange(rows: readonly Row[], observed: Observed, views: readonly RouteView[], run: Run): ApartChange {
  return { is: 'sticky', sticky: stickyFor(rows, observed, views, run) }
}

/**
 * Nobody need be kept on a side that has all or nothing. A share that falls frees the canary's users, and every change of the shares frees
 * stable's, by drawing anew: cookies of a former draw mean nothing. The draw has the number of the goal that made it.
 */
function stickyFor(rows: readonly Row[], observed: Observed, views: readonly RouteView[], run: Run): Sticky | undefined {
  const { sticky, execution } = run.release
  const canary = rows.find(({ to }) => to === 'canary')?.weight ?? 0
  if (!sticky || canary <= 0 || canary >= 100) return undefined
  const draws = observed.routes.flatMap(route => apartOf(route, run).sticky ?? [])
  const differences = views.map(view => compareShare(view, canary))
  const drawn = (side: 'canary' | 'stable', anew: boolean): number =>
    anew || draws.length === 0 ? run.number : Math.max(...draws.map(each => each[side]))
  return {
    ...sticky,
    execution,
    draws: {
      canary: drawn(
        'canary',
        differences.some(difference => difference > 0),
      ),
      stable: drawn(
        'stable',
        differences.some(difference => difference !== 0),
      ),
    },
  }
}
