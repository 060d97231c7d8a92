import { afterEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { LOAD_PORT, RUNS, type LoadPage } from '#sandbox/load/index.ts'
import { openShop, virtualService, type Shop } from './shop.ts'

let shop: Shop
afterEach(() => shop.stop())

/** A pod that sends ten requests a second. */
async function openLoad(url: string): Promise<(method: string, path: string) => Promise<string>> {
  shop = await openShop()
  shop.apply(virtualService([{}]))
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'load', namespace: 'shop', annotations: { [RUNS]: 'load-generator' } },
    spec: {
      containers: [
        {
          name: 'load',
          image: 'any/image:1',
          env: [
            { name: 'LOAD_URL', value: url },
            { name: 'LOAD_HOST', value: 'shop.example.com' },
            { name: 'LOAD_PER_SECOND', value: '10' },
          ],
        },
      ],
    },
  }
  shop.sandbox.apiServer.objects.create('pods', pod, { manager: 'test' })
  await shop.clock.advance(5000)
  const name = { namespace: 'shop', name: 'load' }
  return async (method, path) => (await shop.settle(shop.sandbox.cluster.podHttp(name, LOAD_PORT, { method, path }))).body
}

const answersOf = async (ask: Awaited<ReturnType<typeof openLoad>>): Promise<LoadPage['answers']> =>
  (JSON.parse(await ask('GET', '/answers?from=0')) as LoadPage).answers

it('sends at its rate through the gateways, and tells each request with its version', async () => {
  const ask = await openLoad('http://istio-ingressgateway.istio-system.svc.cluster.local/')
  expect(JSON.parse(await ask('POST', '/probe'))).toMatchObject({ 2: 200, 3: '1' })
  await ask('POST', '/start')
  await shop.clock.advance(9950)
  await ask('POST', '/stop')
  const answers = await answersOf(ask)
  expect(answers).toHaveLength(100)
  expect(answers.every(([sent, answered, status, version]) => answered >= sent && status === 200 && version === '1')).toBe(true)
  expect(JSON.parse(await ask('GET', '/counts'))).toEqual({ requests: 100, unanswered: 0, byVersion: { 1: 100 } })
  await shop.clock.advance(5000)
  expect(await answersOf(ask)).toHaveLength(100)
})

it('goes to the pods of a Service too, and tells what nobody answered', async () => {
  const ask = await openLoad('http://cart-svc.shop.svc.cluster.local/')
  await ask('POST', '/start')
  await shop.clock.advance(950)
  shop.scale('cart-v1', 0)
  await shop.clock.advance(10_000)
  await ask('POST', '/stop')
  const answers = await answersOf(ask)
  expect(answers.slice(0, 10).every(([, , , version]) => version === '1')).toBe(true)
  expect(answers.at(-1)).toMatchObject({ 2: 0, 3: null })
})

it('does not run where nothing says where to send, and knows no other ways', async () => {
  const ask = await openLoad('nowhere')
  expect(JSON.parse(await ask('GET', '/'))).toMatchObject({ version: '1' })
  shop.stop()
  const other = await openLoad('http://cart.shop/')
  expect(await other('GET', '/wat')).toContain('POST /start')
})
