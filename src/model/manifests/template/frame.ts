import { failures } from './failures.ts'
import type { Functions } from './functions/function.ts'
import type { Source } from './source.ts'
import { stopAt } from './stop.ts'
import type { Definition } from './syntax.ts'
import type { Dict, Value } from './value.ts'

/** A template by name, with the text that its nodes stand in. */
export interface Named {
  readonly definition: Definition
  readonly source: Source
}

/** One rendering of one file: what its templates share. */
export interface Run {
  readonly templates: ReadonlyMap<string, Named>
  readonly functions: Functions
  /** What the file is given as dot: its unknown fields may be somebody's memory of Helm. */
  readonly root: Dict
  /** Called by functions: the text that a template, or a template in a text, gives for a value. */
  readonly include: (frame: Frame, at: number, name: string, dot: Value) => string
  readonly tpl: (frame: Frame, at: number, text: string, dot: Value) => string
  /** Nodes that may still be evaluated. */
  steps: number
}

/** One call of a template: its text, its variables. */
export interface Frame {
  readonly run: Run
  readonly source: Source
  readonly variables: { readonly name: string; value: Value }[]
  readonly depth: number
}

/** Far beyond any manifest (a large chart takes some ten thousand), and over in a second. */
const mostSteps = 2_000_000
/** Recursion over nested values goes some ten levels deep; JavaScript's stack carries this many. */
const deepest = 200
/** The API server takes 1.5 MB an object. */
const mostText = 64 * 1024 * 1024

export function newRun(parts: Omit<Run, 'steps'>): Run {
  return { ...parts, steps: mostSteps }
}

/** The frame of a template that is called with `dot`: it sees no variables but `$`. */
export function enter(run: Run, source: Source, dot: Value, depth: number): Frame {
  return { run, source, variables: [{ name: '$', value: dot }], depth }
}

/** Counts one step; stops what would not end. */
export function spend(frame: Frame, at: number, written: number): void {
  frame.run.steps--
  const says =
    frame.run.steps < 0
      ? `takes more than ${mostSteps} steps`
      : written > mostText
        ? `writes more than ${mostText / 1024 / 1024} MB`
        : undefined
  if (says) throw stopAt(failures.ENDLESS({ says }), frame.source, at)
}

/** Stops templates that call each other without end. */
export function checkDepth(frame: Frame, at: number): void {
  if (frame.depth > deepest) throw stopAt(failures.ENDLESS({ says: `calls templates more than ${deepest} levels deep` }), frame.source, at)
}
