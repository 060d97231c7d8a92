import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { stepTypes } from '#model/workflow/index.ts'
import { steps } from './index.ts'

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

it('has a step for every type that a workflow may name', () => {
  expect(steps.map(each => each.type).toSorted()).toEqual(stepTypes.map(each => each.type).toSorted())
})

it('registers every step file of this folder', () => {
  const files = readdirSync(import.meta.dirname).filter(
    file => file.endsWith('.ts') && !/^(index|step|failures)[.]|[.](test|contract)[.]ts$/.test(file),
  )

  expect(steps.map(step => step.type).toSorted()).toEqual(files.map(file => camel(file.replace('.ts', ''))).toSorted())
})

it('has a test for every step', () => {
  const files = new Set(readdirSync(import.meta.dirname))
  const kebab = (type: string): string => type.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

  expect(steps.map(step => `${kebab(step.type)}.test.ts`).filter(file => !files.has(file))).toEqual([])
})
