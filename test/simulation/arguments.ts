import { parseArgs } from 'node:util'
import { allShapes, type Shape } from './script.ts'
import { dimensionNames, type Dimension } from './faults.ts'

/** What the command line asks for. */
export interface Asked {
  readonly seeds: number
  readonly first: number
  readonly only: readonly Dimension[] | undefined
  /** Of this shape; by chance where it is left out. */
  readonly shape: Shape | undefined
  readonly jobs: number
  /** One seed, told as it happens, with these of its faults. */
  readonly seed: number | undefined
  readonly faults: readonly number[] | undefined
  /** Ends with the first violation. */
  readonly untilFound: boolean
}

export const usage = `npm run simulate -- [--seeds N] [--first N] [--only DIMENSION,…|none] [--shape SHAPE] [--jobs N] [--until-found]
npm run simulate -- --mutants [NUMBER]
npm run simulate -- --seed N [--faults 0,2,…|none] [--only …] [--shape …]      one seed, told as it happens
dimensions: ${dimensionNames.join(', ')}
shapes: ${allShapes.join(', ')}`

/** What is wrong with a command line, for people. */
export class WrongArguments extends Error {}

/** Reads the command line; undefined where only help is wanted. Throws WrongArguments. */
export function readArguments(args: readonly string[], processors: number): Asked | undefined {
  try {
    return read(args, processors)
  } catch (error) {
    if (error instanceof WrongArguments || !(error instanceof TypeError)) throw error
    // Of `parseArgs`, which knows which option is meant.
    throw new WrongArguments(error.message, { cause: error })
  }
}

function read(args: readonly string[], processors: number): Asked | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: text,
      first: text,
      only: text,
      shape: text,
      jobs: text,
      seed: text,
      faults: text,
      'until-found': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  return {
    seeds: atLeastOne(values.seeds ?? '100'),
    first: count(values.first ?? '1'),
    only: values.only === 'none' ? [] : values.only?.split(',').map(name => oneOf('dimension', dimensionNames, name)),
    shape: values.shape === undefined ? undefined : oneOf('shape', allShapes, values.shape),
    jobs: atLeastOne(values.jobs ?? String(processors)),
    seed: values.seed === undefined ? undefined : count(values.seed),
    faults: values.faults === undefined ? undefined : values.faults === 'none' ? [] : values.faults.split(',').map(count),
    untilFound: values['until-found'] === true,
  }
}

function oneOf<Name extends string>(what: string, all: readonly Name[], name: string): Name {
  const found = all.find(each => each === name)
  if (found === undefined) throw new WrongArguments(`there is no ${what} "${name}"`)
  return found
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new WrongArguments(`"${text}" is not a number`)
  return Number(text)
}

function atLeastOne(text: string): number {
  const found = count(text)
  if (found === 0) throw new WrongArguments(`"${text}" is too few`)
  return found
}
