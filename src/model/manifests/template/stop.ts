import { problemOf, type Failure, type Problem } from '#base/index.ts'
import { placeIn, type Source } from './source.ts'

/** Ends the reading or evaluation of one template, with the problem that a person will see. */
export class Stop extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'Stop'
    this.problem = problem
  }
}

/** What a function throws who does not know where it was called; the caller adds place and name. */
export class Refusal extends Error {
  /** Told instead of a failure of the function, where it has a name of its own. */
  readonly failure: Failure | undefined

  constructor(says: string, failure?: Failure) {
    super(says)
    this.name = 'Refusal'
    this.failure = failure
  }
}

export function stopAt(failure: Failure, source: Source, offset: number): Stop {
  return new Stop(problemOf(failure, placeIn(source, offset)))
}
