import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { managedEntries, RUN_MANAGER, type Fields } from '../ownership.ts'
import { patch } from '../writes/write.ts'
import { ownedByPatch, ownedWhole } from './owners.ts'

const fields = (...names: readonly string[]): Fields => ({ 'f:spec': Object.fromEntries(names.map(name => [`f:${name}`, {}])) })

/** A route of which kubectl has set everything. */
function route(spec: Readonly<Record<string, Json>>): KubernetesObject {
  const kubectl = { manager: 'kubectl-edit', operation: 'Update', fieldsV1: fields('hosts', 'http') }
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', managedFields: [kubectl] as unknown as readonly Json[] },
    spec,
  }
}
const before = route({ hosts: ['a'], http: [{ weight: 1 }] })
const owners = (object: KubernetesObject) => managedEntries(object).map(({ manager, fieldsV1 }) => [manager, fieldsV1])

it('a patch takes what it sets from its owner, the whole list of an item', () => {
  const after = { ...before, spec: { hosts: ['a'], http: [{ weight: 2 }] } }
  const write = patch(before, after, 'another weight')
  if (write.is !== 'patch') throw new Error('it is a patch')

  expect(owners(ownedByPatch(after, write))).toEqual([
    ['kubectl-edit', fields('hosts')],
    [RUN_MANAGER, fields('http')],
  ])
})

it('an apply takes what it changes; what it says as it is has two owners', () => {
  const applied = { ...before, spec: { hosts: ['a'], http: [{ weight: 2 }] } }

  expect(owners(ownedWhole(applied, before, 'sluice'))).toEqual([
    ['kubectl-edit', fields('hosts')],
    ['sluice', { 'f:spec': {} }],
  ])
  expect(owners(ownedWhole(before, before, 'sluice'))[0]).toEqual(['kubectl-edit', fields('hosts', 'http')])
})

it('who owns nothing any more is gone', () => {
  const applied = { ...before, spec: { hosts: ['b'], http: [] } }
  expect(owners(ownedWhole(applied, before, 'sluice'))).toEqual([['sluice', { 'f:spec': {} }]])
})
