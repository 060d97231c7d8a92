import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { stepTypes } from './index.ts'

it('lists every step file of this folder', () => {
  const files = readdirSync(import.meta.dirname).filter(file => !/^index[.]|^step-type[.]|[.]test[.]/.test(file))
  const names = stepTypes.map(each => `${each.type.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}.ts`)

  expect(names.sort()).toEqual(files.sort())
})
