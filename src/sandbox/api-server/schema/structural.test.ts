import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FieldError } from '../status.ts'
import { readStructural } from './structural.ts'
import { gatewayType, istioType } from './tables.ts'

const read = (type: Parameters<typeof readStructural>[0], value: unknown) => {
  const unknown: string[] = []
  const errors: FieldError[] = []
  return {
    value: readStructural(type, value, { unknown, errors }),
    unknown,
    errors: errors.map(({ field, message }) => `${field}: ${message}`),
  }
}
const route = (http: object) => read(istioType('VirtualService'), { spec: { hosts: ['a'], http: [http] } })

describe('a custom resource and its schema', () => {
  it('loses what the schema does not know, and the paths are told', () => {
    const { value, unknown } = route({ rout: [], match: [{ uri: { exact: '/a', nope: 1 } }] })
    expect(value).toEqual({ spec: { hosts: ['a'], http: [{ match: [{ uri: { exact: '/a' } }] }] } })
    expect(unknown).toEqual(['spec.http[0].rout', 'spec.http[0].match[0].uri.nope'])
  })

  it('is refused for what is missing, of another type, out of bounds or not among the allowed', () => {
    expect(route({ route: [{ weight: 1 }] }).errors).toEqual(['spec.http[0].route[0].destination: Required value'])
    expect(route({ route: 'x' }).errors).toEqual([
      'spec.http[0].route: Invalid value: "string": spec.http[0].route in body must be of type array: "string"',
    ])
    expect(route({ match: [{ port: -1 }] }).errors).toEqual([
      'spec.http[0].match[0].port: Invalid value: -1: spec.http[0].match[0].port in body should be greater than or equal to 0',
    ])
    expect(route({ redirect: { derivePort: 'X' } }).errors).toEqual([
      'spec.http[0].redirect.derivePort: Unsupported value: "X": supported values: "FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"',
    ])
  })

  it('takes a duration of a millisecond or more, and no other text', () => {
    const timeout = (text: string) => route({ timeout: text }).errors.length
    expect(['1ms', '5s', '1h30m', '0.5s'].map(timeout)).toEqual([0, 0, 0, 0])
    expect(['0s', '5', '1us', 'soon', ''].map(timeout)).toEqual([1, 1, 1, 1, 1])
  })

  it('takes at most one of fields that exclude each other, and weights below zero', () => {
    expect(route({ match: [{ uri: { exact: 'a', prefix: 'b' } }] }).errors).toHaveLength(1)
    expect(route({ route: [{ destination: { host: 'a' }, weight: -5 }] }).errors).toEqual([])
  })

  it('keeps any status', () => {
    expect(read(istioType('VirtualService'), { status: { x: 1 } }).value).toEqual({ status: { x: 1 } })
  })

  it('gets the defaults of its schema', () => {
    const { value, errors } = read(gatewayType('HTTPRoute'), { spec: { rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] } })
    expect(errors).toEqual([])
    expect(value).toEqual({
      spec: {
        rules: [
          {
            backendRefs: [{ name: 'a', port: 80, group: '', kind: 'Service', weight: 1 }],
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          },
        ],
      },
    })
  })

  it('refuses two items with the same key', () => {
    const ports = [
      { name: 'a', number: 1 },
      { name: 'a', number: 2 },
    ]
    expect(read(istioType('ServiceEntry'), { spec: { hosts: ['a'], ports } }).errors).toEqual([
      'spec.ports[1]: Duplicate value: {"name":"a"}',
    ])
  })
})

interface Case {
  readonly id: string
  readonly kind: string
  readonly manifest: { readonly spec?: unknown }
  readonly expect: { readonly valid: boolean }
}

const folder = process.env['SLUICE_CASES'] ?? '../shared/cases'
const path = `${folder}/crd-schema.json`

describe('cases crd-schema.json (routing kinds)', () => {
  if (!existsSync(path)) {
    console.warn(`${path} is not there: its cases are skipped (set SLUICE_CASES)`)
    it('not there', context => context.skip())
    return
  }
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly Case[] }
  for (const { id, manifest, expect: expected } of cases.filter(({ kind }) =>
    ['VirtualService', 'DestinationRule', 'Gateway'].includes(kind),
  ))
    it(id, () =>
      expect(read(istioType(id.includes('-gateway-') ? 'IstioGateway' : kindOf(id)), { spec: manifest.spec }).errors.length === 0).toBe(
        expected.valid,
      ),
    )
})

const kindOf = (id: string): string => (id.includes('-virtualservice-') ? 'VirtualService' : 'DestinationRule')
