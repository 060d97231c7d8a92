import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { mutants } from '../../tools/simulation-mutants.mjs'
import { dimensionNames } from './faults.ts'
import { allShapes } from './script.ts'

it.each(mutants)('"$name" has its text in the code, once', async ({ file, find, put }) => {
  const code = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')

  expect(code.split(find)).toHaveLength(2)
  expect(put).not.toBe(find)
})

it('each is looked for where the simulation can play it', () => {
  const names: readonly string[] = ['none', ...dimensionNames]
  const shapes: readonly string[] = allShapes

  expect(mutants.flatMap(({ only }) => only.split(',')).filter(name => !names.includes(name))).toEqual([])
  expect(mutants.flatMap(({ shape }) => shape ?? []).filter(shape => !shapes.includes(shape))).toEqual([])
  expect(mutants.length).toBeGreaterThanOrEqual(15)
})
