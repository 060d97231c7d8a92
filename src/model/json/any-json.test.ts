import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AnyJson } from './index.ts'

const values = [
  null,
  true,
  0,
  -1.5,
  '',
  'text',
  [],
  {},
  [1, [null, { a: 'b' }]],
  { spec: { http: [{ weight: 100 }] } },
  undefined,
  Number.NaN,
  Infinity,
  1n,
  Symbol('s'),
  () => 1,
  new Date(0),
  new Map(),
  [undefined],
  { a: undefined },
  { a: [{ b: () => 1 }] },
]

describe('any JSON', () => {
  it.each(values.map(value => [value]))('takes what z.json() takes, and refuses what it refuses: %o', value => {
    expect(AnyJson.safeParse(value).success).toBe(z.json().safeParse(value).success)
  })

  it('gives the very value', () => {
    const value = { a: [1, { b: null }] }
    expect(AnyJson.parse(value)).toBe(value)
  })

  it('tells of a value that is missing where it must be there', () => {
    const schema = z.object({ must: AnyJson, may: AnyJson.exactOptional() })
    expect(schema.safeParse({ must: 1 }).success).toBe(true)
    expect(schema.safeParse({ may: 1 }).success).toBe(false)
    expect(schema.safeParse({ must: 1, may: undefined }).success).toBe(false)
  })
})
