import type { Row } from '#model/traffic/index.ts'
import type { View } from '#model/release/index.ts'
import { History } from './history.ts'

export type Route = View['routes'][number]

/** Percent that a route gives the canary. */
export const share = (route: Route): number => (route.is === 'bare' ? 0 : (route.rows.find(row => row.to === 'canary')?.weight ?? 0))

/** The routes of a small world, each with a history and a mark of its own; a write changes one of them, as it does in a cluster. */
export class Routes {
  readonly histories: readonly History<Route>[]
  readonly #marks: number[]

  constructor(count: number) {
    this.histories = Array.from({ length: count }, () => new History<Route>({ is: 'bare' }))
    this.#marks = this.histories.map(() => 0)
  }

  get last(): readonly Route[] {
    return this.histories.map(history => history.last)
  }

  isBare(): boolean {
    return this.last.every(route => route.is === 'bare')
  }

  /** The rows into the route that is farthest from them, those that give the canary most first. Gives the new route. */
  split(at: number, rows: readonly Row[], number: number): Route {
    const wanted: Route = { is: 'split', rows }
    const others = [...this.last.entries()].filter(([, route]) => JSON.stringify(route) !== JSON.stringify(wanted))
    const [index] = others.toSorted(([, a], [, b]) => share(b) - share(a))[0] ?? [0]
    return this.#put(index, at, wanted, number)
  }

  unsplit(at: number, number: number): Route {
    return this.#put(
      Math.max(
        0,
        this.last.findIndex(route => route.is === 'split'),
      ),
      at,
      { is: 'bare' },
      number,
    )
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
    this.histories[index]?.put(at, route)
    this.#marks[index] = number
    return route
  }
}
