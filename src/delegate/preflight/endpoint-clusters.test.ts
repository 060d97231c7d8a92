import { expect, it } from 'vitest'
import { clustersIn } from './endpoint-clusters.ts'

const host = 'cart.shop.svc.cluster.local'
const endpoint = { Addresses: ['10.0.0.1'] }
const page = (shards: Readonly<Record<string, readonly unknown[] | null>>) => ({ [host]: { shop: { Shards: shards } } })

it('tells in which clusters a Service has endpoints', () => {
  expect(clustersIn(page({ 'Kubernetes/eu-2': [endpoint], 'Kubernetes/eu-1': [endpoint] }), host)).toEqual(['eu-1', 'eu-2'])
})

it('leaves out clusters without endpoints, and what is no cluster', () => {
  expect(
    clustersIn(page({ 'Kubernetes/eu-1': [endpoint], 'Kubernetes/eu-2': null, 'Kubernetes/eu-3': [], 'External/eu-4': [endpoint] }), host),
  ).toEqual(['eu-1'])
  expect(clustersIn(page({}), host)).toEqual([])
  expect(clustersIn({}, host)).toEqual([])
})
