import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { resourceName, type Resource } from '../resource.ts'
import { resources } from './all.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && 'plural' in value && 'rules' in value

describe('the list of resources', () => {
  it('has every resource that the folder describes', async () => {
    const files = readdirSync(folder).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'all.ts')
    const modules = await Promise.all(
      files.map(file => import(/* @vite-ignore */ `./${file}`) as Promise<Readonly<Record<string, unknown>>>),
    )
    const described = modules.flatMap(module => Object.values(module).filter(isResource))
    expect(described.map(resourceName).toSorted()).toEqual(resources.map(resourceName).toSorted())
  })

  it('has a type for every version of every resource', () => {
    for (const resource of resources)
      for (const version of resource.versions) expect(resource.type(version).fields.has('metadata')).toBe(true)
  })
})
