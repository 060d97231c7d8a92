import type { Change, Goal, View } from '#model/release/index.ts'
import type { ApartChange, Row } from '#model/traffic/index.ts'
import { History } from './history.ts'

type Rows = View['routes'][number]

/** What one route says at a time: its rows, and whom it tells apart from them. */
export interface Route {
  readonly rows: Rows
  /** Names of header routes: requests that carry the name lead to the canary. */
  readonly headers: readonly string[]
  /** Percent that is copied to the canary. */
  readonly mirrored: number
  /** Draws whose users stay on their side. */
  readonly sticky: { readonly canary: number; readonly stable: number } | undefined
}

const bare: Route = { rows: { is: 'bare' }, headers: [], mirrored: 0, sticky: undefined }

/** Percent that a route gives the canary. */
export const share = ({ rows }: Route): number => (rows.is === 'bare' ? 0 : (rows.rows.find(row => row.to === 'canary')?.weight ?? 0))

type SplitChange = Extract<Change, { change: 'split' }>

/** The routes of a small world, each with a history and a mark of its own; a write changes one of them, as it does in a cluster. */
export class Routes {
  readonly histories: readonly History<Route>[]
  readonly #marks: number[]
  readonly #keepsUsers: boolean

  constructor(count: number, keepsUsers: boolean) {
    this.histories = Array.from({ length: count }, () => new History<Route>(bare))
    this.#marks = this.histories.map(() => 0)
    this.#keepsUsers = keepsUsers
  }

  get last(): readonly Route[] {
    return this.histories.map(history => history.last)
  }

  isBare(): boolean {
    return this.last.every(route => JSON.stringify(route) === JSON.stringify(bare))
  }

  /** What the protocol sees of them. */
  view(goal: Goal, number: number, overlooks: boolean): Pick<View, 'routes' | 'apart'> {
    const stands =
      !overlooks && this.last.some(({ headers, mirrored, sticky }) => headers.length > 0 || mirrored > 0 || sticky !== undefined)
    const wanted = this.#wanted(goal, number)
    return {
      routes: this.last.map(({ rows }) => rows),
      apart: {
        stands,
        mirrored: Math.max(...this.last.map(({ mirrored }) => mirrored)),
        asAsked: this.last.every(route => JSON.stringify(wanted(route)) === JSON.stringify(route)),
      },
    }
  }

  #wanted(goal: Goal, number: number): (route: Route) => Route {
    if (goal.to === 'split') return route => ({ ...route, sticky: this.#drawn(goal.rows, number) })
    if (goal.to === 'headerRoute') return toldApart({ is: 'headerRoute', name: goal.name, match: goal.match })
    if (goal.to === 'mirror') return toldApart({ is: 'mirror', percent: goal.percent, allowUnsafeMethods: true })
    return route => route
  }

  /** Users stay on their side while the canary's share does not fall; every change of it draws stable's anew. */
  #drawn(rows: readonly Row[], number: number): Route['sticky'] {
    const wanted = rows.find(row => row.to === 'canary')?.weight ?? 0
    if (!this.#keepsUsers || wanted <= 0 || wanted >= 100) return undefined
    const draws = this.last.flatMap(({ sticky }) => sticky ?? [])
    const drawn = (side: 'canary' | 'stable', anew: boolean): number =>
      anew || draws.length === 0 ? number : Math.max(...draws.map(each => each[side]))
    return {
      canary: drawn(
        'canary',
        this.last.some(route => share(route) > wanted),
      ),
      stable: drawn(
        'stable',
        this.last.some(route => share(route) !== wanted),
      ),
    }
  }

  /** The rows into the route that is farthest from them, those that give the canary most first. Gives the new route. */
  split(at: number, { rows, keeps }: SplitChange, number: number): Route {
    const sticky = keeps ? this.#drawn(rows, number) : undefined
    const wanted = (route: Route): Route => ({ ...(keeps ? route : bare), rows: { is: 'split', rows }, sticky })
    return this.#next(at, wanted, number)
  }

  apart(at: number, change: ApartChange, number: number): Route {
    return this.#next(at, toldApart(change), number)
  }

  /** The first route, by the share of its canary, that is not as wanted. */
  #next(at: number, wanted: (route: Route) => Route, number: number): Route {
    const others = [...this.last.entries()].filter(([, route]) => JSON.stringify(route) !== JSON.stringify(wanted(route)))
    const [index, route] = others.toSorted(([, a], [, b]) => share(b) - share(a))[0] ?? [0, this.last[0] ?? bare]
    return this.#put(index, at, wanted(route), number)
  }

  unsplit(at: number, number: number): Route {
    const index = this.last.findIndex(({ rows }) => rows.is === 'split')
    return this.#put(Math.max(0, index), at, bare, number)
  }

  /** A route that lacks the number; while Leases are being given back, a mark that is gone is not put again. */
  behind(number: number, holding: boolean): number | undefined {
    const index = this.#marks.findIndex(mark => mark < number && (mark > 0 || holding))
    return index < 0 ? undefined : index
  }

  mark(number: number, holding: boolean): void {
    this.#marks[this.behind(number, holding) ?? 0] = number
  }

  /** Takes one mark away; tells whether another one is left. */
  unmark(): boolean {
    const marked = this.#marks.findIndex(mark => mark > 0)
    if (marked >= 0) this.#marks[marked] = 0
    return this.#marks.some(mark => mark > 0)
  }

  #put(index: number, at: number, route: Route, number: number): Route {
    // A value of its own for every write: what was in force is told by identity.
    const written = { ...route }
    this.histories[index]?.put(at, written)
    this.#marks[index] = number
    return written
  }
}

function toldApart(change: ApartChange): (route: Route) => Route {
  return route => {
    if (change.is === 'mirror') return { ...route, mirrored: change.percent }
    if (change.is !== 'headerRoute') return route
    const others = route.headers.filter(name => name !== change.name)
    if (change.match.length === 0) return { ...route, headers: others }
    return { ...route, headers: route.headers.includes(change.name) ? route.headers : [...others, change.name] }
  }
}
