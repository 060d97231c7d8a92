import { expect, it } from 'vitest'
import { readArguments, WrongArguments } from './arguments.ts'

it('plays a hundred seeds by chance on every processor, unless told otherwise', () => {
  expect(readArguments([], 2)).toEqual({
    seeds: 100,
    first: 1,
    only: undefined,
    shape: undefined,
    jobs: 2,
    seed: undefined,
    faults: undefined,
    untilFound: false,
  })
  expect(readArguments(['--seed', '7', '--faults', '0,2', '--only', 'edits,deaths', '--shape', 'mesh'], 2)).toMatchObject({
    seed: 7,
    faults: [0, 2],
    only: ['edits', 'deaths'],
    shape: 'mesh',
  })
  expect(readArguments(['--only', 'none', '--faults', 'none'], 2)).toMatchObject({ only: [], faults: [] })
})

it('only helps where help is wanted', () => expect(readArguments(['--help'], 2)).toBeUndefined())

it.each([
  [['--seeds', 'ten'], '"ten" is not a number'],
  [['--jobs', '0'], '"0" is too few'],
  [['--only', 'luck'], 'there is no dimension "luck"'],
  [['--shape', 'round'], 'there is no shape "round"'],
  [['--sedes', '5'], "Unknown option '--sedes'"],
])('%j is refused: %s', (args, words) => {
  expect(() => readArguments(args, 2)).toThrow(WrongArguments)
  expect(() => readArguments(args, 2)).toThrow(words)
})
