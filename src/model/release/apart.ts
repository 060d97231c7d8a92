// What a release's routes tell apart from their shares, as goals ask for it and as it stands in objects.
import type { KubernetesObject } from '#base/index.ts'
import {
  requestMatchText,
  routeFailure,
  type Apart,
  type ApartChange,
  type Ours,
  type Outcome,
  type RouteProblem,
  type Row,
  type Sticky,
} from '#model/traffic/index.ts'
import { compareShare } from './decide/shares.ts'
import type { Goal } from './goal.ts'
import { madeBeside, routerFor } from './holders.ts'
import { oursOf, type Run, type Written } from './observed.ts'
import type { Release } from './release.ts'
import { sidesByService } from './services.ts'
import type { ApartView, RouteView } from './view.ts'
import type { Which } from './which.ts'
import { specOf } from './workload.ts'

/** The change of its routes that a goal is about; undefined for goals that tell nothing apart. */
export function apartChange(goal: Goal): ApartChange | undefined {
  if (goal.to === 'headerRoute') return { is: 'headerRoute', name: goal.name, match: goal.match }
  if (goal.to === 'mirror') return { is: 'mirror', percent: goal.percent, allowUnsafeMethods: goal.allowUnsafeMethods }
  return undefined
}

/** `views` are of the same routes: the rows that stand, for the draws of sticky users. */
export function apartView(goal: Goal, observed: Written, views: readonly RouteView[], run: Run): ApartView {
  const standing = observed.routes.map(route => apartOf(route, run))
  const change = goal.to === 'split' ? stickyChange(goal.rows, observed, views, run) : apartChange(goal)
  return {
    stands: standing.some(({ routes, mirrored, sticky }) => routes.length > 0 || mirrored > 0 || sticky !== undefined),
    mirrored: Math.max(0, ...standing.map(({ mirrored }) => mirrored)),
    asAsked: change === undefined || observed.routes.every(route => stands(route, change, run)),
  }
}

const none: Apart = { routes: [], mirrored: 0 }

function apartOf(route: KubernetesObject, run: Pick<Run, 'release' | 'snapshot'>): Apart {
  const read = routerFor(route).apart?.read(route, oursOf(run))
  return read?.is === 'done' ? read.value : none
}

/** What cannot be written does not stand: writing it says why. */
function stands(route: KubernetesObject, change: ApartChange, run: Run): boolean {
  const written = write(route, change, oursOf(run))
  return written.is === 'done' && written.value === route
}

function write(route: KubernetesObject, change: ApartChange, ours: Ours): Outcome<KubernetesObject> {
  const { apart } = routerFor(route)
  if (apart) return apart.write(route, ours, change)
  if (change.is === 'nothing' || (change.is === 'sticky' && change.sticky === undefined)) return { is: 'done', value: route }
  return { is: 'refused', problem: { is: 'not-expressible', reason: `requests cannot be told apart in a ${route.kind}` } }
}

/** The route with the change; the very same one where it stands. Throws a Failure where the kind of route cannot say it. */
export function withApart(route: KubernetesObject, change: ApartChange, run: Run): KubernetesObject {
  const written = write(route, change, oursOf(run))
  if (written.is === 'refused') throw routeFailure(route, written.problem)
  return written.value
}

/** The route with the header routes and the sticky users that it had in another state of its. */
export function withApartOf(route: KubernetesObject, left: KubernetesObject, run: Run): KubernetesObject {
  const { sticky: draws } = apartOf(left, run)
  const { sticky, execution } = run.release
  const kept = withApart(route, { is: 'sticky', sticky: sticky && draws && { ...sticky, execution, draws } }, run)
  const back = routerFor(route).apart?.putBack(kept, oursOf(run), left)
  if (back?.is === 'refused') throw routeFailure(route, back.problem)
  return back?.value ?? kept
}

/**
 * The first managed route of the manifests that could not tell apart what these goals ask for, and why. Needs no cluster: where nobody says what
 * gateways can, nothing is refused for it.
 */
export function apartProblemOf(
  which: Which,
  goals: readonly Goal[],
  release: Release,
  support: Ours['support'] = [],
): { readonly route: KubernetesObject; readonly problem: RouteProblem } | undefined {
  const { host, rule, service, stage, workload } = which
  const services = rule ? undefined : sidesByService(service, stage, specOf(workload).selector?.matchLabels ?? {})
  const names = { host, restSubsets: [], support: support as never, ...(services ? { services } : {}) }
  const ours = oursOf({ release, snapshot: { names } })
  const found = which.routes.flatMap(route => {
    // What cannot be made or pinned here may be so in the cluster, or is told as such.
    const pinned = madeBeside(route, ours, []) ?? routerFor(route).pin(route, ours)
    const problem = pinned.is === 'refused' ? undefined : apartProblem(pinned.value, goals, release, ours)
    return problem ? [{ route, problem }] : []
  })
  return found[0]
}

/** Why a pinned route could not tell apart what these goals ask for; undefined where it could all of it. */
export function apartProblem(pinned: KubernetesObject, goals: readonly Goal[], release: Release, ours: Ours): RouteProblem | undefined {
  let route = pinned
  for (const change of goals.flatMap(goal => changeBeforehand(goal, release) ?? [])) {
    const written = write(route, change, ours)
    if (written.is === 'refused') return written.problem
    route = written.value
  }
  return undefined
}

function changeBeforehand(goal: Goal, { sticky, execution }: Release): ApartChange | undefined {
  if (goal.to !== 'split') return apartChange(goal)
  const draws = { canary: 1, stable: 1 }
  return sticky && isDivided(goal.rows) ? { is: 'sticky', sticky: { ...sticky, execution, draws } } : undefined
}

/** Goals of a run that ask of the gateways of its routes more than every one must know. */
export function asksGateways(goals: readonly Goal[], release: Release): boolean {
  return goals.some(goal => changeBeforehand(goal, release) !== undefined)
}

/** A change in the words of a plan. */
export function apartText(change: ApartChange): string {
  switch (change.is) {
    case 'headerRoute':
      if (change.match.length === 0) return `header route ${change.name} taken away`
      return `header route ${change.name}: requests with ${change.match.map(requestMatchText).join(', or ')} lead to the canary`
    case 'mirror':
      return change.percent === 0
        ? 'mirror taken away'
        : `${change.percent} % of the requests${change.allowUnsafeMethods ? '' : ' that only read'} copied to the canary`
    case 'sticky':
      return change.sticky ? `users stay on their side (cookie ${change.sticky.cookie})` : 'users are drawn by each request'
    case 'nothing':
      return 'no request told apart'
  }
}

/** Header routes and the mirror that one route has and another has not. */
export function takenApart(before: KubernetesObject, after: KubernetesObject, run: Pick<Run, 'release' | 'snapshot'>): readonly string[] {
  const [was, is] = [apartOf(before, run), apartOf(after, run)]
  return [
    ...was.routes.filter(({ name }) => !is.routes.some(each => each.name === name)).map(({ name }) => `header route ${name}`),
    ...(was.mirrored > 0 && is.mirrored === 0 ? ['mirror'] : []),
  ]
}

/** What a split changes beside the rows, in the words of a plan: each once, where it comes or goes. */
export function besideText(before: KubernetesObject, after: KubernetesObject, run: Run): readonly string[] {
  const [was, is] = [apartOf(before, run), apartOf(after, run)]
  return [
    ...takenApart(before, after, run).map(each => `${each} taken away`),
    ...(is.sticky && !was.sticky ? [`users stay on their side (cookie ${run.release.sticky?.cookie ?? ''})`] : []),
    ...(was.sticky && !is.sticky ? ['users no longer kept on their side'] : []),
  ]
}

const canaryWeight = (rows: readonly Row[]): number => rows.find(({ to }) => to === 'canary')?.weight ?? 0

/** Both sides have some of the traffic: else nobody could change sides. */
function isDivided(rows: readonly Row[]): boolean {
  return canaryWeight(rows) > 0 && canaryWeight(rows) < 100
}

/** Sticky users as rows need them; nothing about them where the release does not ask for it. */
export function stickyChange(rows: readonly Row[], observed: Written, views: readonly RouteView[], run: Run): ApartChange {
  return { is: 'sticky', sticky: stickyFor(rows, observed, views, run) }
}

/**
 * Nobody need be kept on a side that has all or nothing. A share that falls frees the canary's users, and every change of the shares frees
 * stable's, by drawing anew: cookies of a former draw mean nothing. The draw has the number of the goal that made it.
 */
function stickyFor(rows: readonly Row[], observed: Written, views: readonly RouteView[], run: Run): Sticky | undefined {
  const { sticky, execution } = run.release
  if (!sticky || !isDivided(rows)) return undefined
  const canary = canaryWeight(rows)
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
