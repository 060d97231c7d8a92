import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rules } from './index.ts'

it('lists every rule file of this folder', () => {
  const files = readdirSync(import.meta.dirname).filter(file => !/^index[.]|[.]test[.]/.test(file))
  const names = Object.keys(rules).map(name => `${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}.ts`)

  expect(names.sort()).toEqual(files.sort())
})
