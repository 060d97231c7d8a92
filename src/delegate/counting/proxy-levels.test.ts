import { expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { readProxy } from '#delegate/verification/index.ts'
import { proxyLevels, type ProxyLevels } from './proxy-levels.ts'

const counted = { namespace: 'shop', workloads: { stable: 'cart', canary: 'cart-canary' }, services: ['cart-svc'] }

const usual = {
  reporter: 'source',
  source_workload: 'istio-ingressgateway',
  response_code: '200',
  response_flags: '-',
  grpc_response_status: '',
  destination_workload: 'unknown',
  destination_workload_namespace: 'unknown',
  destination_service_name: 'cart-svc',
  destination_service_namespace: 'shop',
}

/** Labels as a gateway of Istio writes them, those that nobody reads left out. */
function line(value: number, labels: Readonly<Record<string, string>>): string {
  const all = {
    ...usual,
    ...labels,
  }
  const text = Object.entries(all).map(([name, text]) => `${name}="${text}"`)
  return `istio_requests_total{${text.join(',')}} ${value}`
}

const cart = { destination_workload: 'cart', destination_workload_namespace: 'shop' }
const canary = { destination_workload: 'cart-canary', destination_workload_namespace: 'shop' }

async function levels(...lines: readonly string[]): Promise<ProxyLevels> {
  const podHttp = () => Promise.resolve({ status: 200, headers: {}, body: lines.join('\n') })
  const gateway = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' } }
  return proxyLevels(await readProxy({ podHttp } as unknown as Cluster, gateway), counted)
}

it("tells the application's own errors from requests that were lost on the way to it", async () => {
  const { canary: level } = await levels(
    line(90, canary),
    line(4, { ...canary, response_code: '503' }),
    line(3, { ...canary, response_code: '503', response_flags: 'URX' }),
    line(2, { ...canary, response_code: '503', response_flags: 'UF,URX' }),
    line(1, { ...canary, response_code: '504', response_flags: 'UT' }),
    line(5, { ...canary, response_code: '0', response_flags: 'DC' }),
    line(6, { ...canary, response_code: '404' }),
    line(7, { ...canary, response_code: '429', response_flags: 'RL' }),
  )
  expect(level).toMatchObject({ requests: 113, errors: 10, lost: 3, cut: 0 })
})

it('counts an answer that was broken off as such, and a failed call of gRPC as lost, whatever its code', async () => {
  const { stable } = await levels(
    line(2, { ...cart, response_flags: 'UC' }),
    line(3, { ...cart, response_flags: 'UF', grpc_response_status: '14' }),
    line(4, { ...cart, grpc_response_status: '5' }),
  )
  expect(stable).toMatchObject({ requests: 9, lost: 3, cut: 2 })
})

it('knows whose requests were lost without a pod by their Service, and leaves out those of others', async () => {
  const { nowhere, unrouted, unclustered, stable } = await levels(
    line(1, { response_code: '503', response_flags: 'UH' }),
    line(2, { response_code: '503', response_flags: 'UH', destination_service_name: 'other' }),
    line(4, { response_code: '404', response_flags: 'NR', destination_service_name: 'unknown', destination_service_namespace: 'unknown' }),
    line(8, { response_code: '503', response_flags: 'NC', destination_service_name: 'unknown', destination_service_namespace: 'unknown' }),
    line(16, { ...cart, destination_workload_namespace: 'elsewhere' }),
    line(32, { ...cart, reporter: 'destination' }),
  )
  const counts = [nowhere.lost, unrouted.requests, unclustered.requests, stable.requests]
  expect(counts).toEqual([1, 4, 8, 0])
})
