import { expect, it } from 'vitest'
import type { Matcher, Prometheus, Series } from '#delegate/prometheus/index.ts'
import { grow, noGrowth } from './growth.ts'
import { scrapedProxies } from './scraped-proxies.ts'

/** One series of a proxy's requests to a workload, sampled at these times (seconds). */
function sent(proxy: string, workload: string, code: string, ...samples: readonly (readonly [number, number])[]): Series {
  const target = { job: 'envoy-stats', instance: `${proxy}:15090`, namespace: 'shop', pod: proxy }
  return {
    labels: {
      __name__: 'istio_requests_total',
      destination_workload: workload,
      destination_workload_namespace: 'shop',
      response_code: code,
      response_flags: '-',
      ...target,
    },
    samples: samples.map(([at, value]) => [at * 1000, value]),
  }
}

/** What a source has counted of the canary between looks at these times (seconds). */
async function countedOver(times: readonly number[], series: (now: number) => readonly Series[]) {
  let now = 0
  const asked: (readonly Matcher[])[] = []
  const prometheus: Prometheus = {
    url: 'http://prometheus',
    now: () => Promise.resolve(now * 1000),
    samples(matchers) {
      asked.push(matchers)
      return Promise.resolve({ series: series(now), warnings: [] })
    },
  }
  const source = scrapedProxies(prometheus, ['cart', 'cart-canary'])
  let growth = noGrowth
  for (now of times) growth = grow(growth, await source.read({ namespace: 'shop', workload: 'cart-canary' }))
  return { total: growth.total, asked }
}

it('counts what all who call the version sent to it, and its errors, from scrape to scrape', async () => {
  const { total } = await countedOver([100, 115], now => [
    sent('gateway-a', 'cart-canary', '200', [85, 5], [now, now === 100 ? 10 : 30]),
    sent('frontend-b', 'cart-canary', '503', [85, 1], [now, now === 100 ? 1 : 4]),
    sent('frontend-b', 'cart', '200', [85, 100], [now, 200]),
  ])
  expect(total).toMatchObject({ requests: 23, errors: 3 })
})

it('counts the first requests to a version of whoever has been scraped before', async () => {
  const { total } = await countedOver([100, 115], now => [
    sent('gateway-a', 'cart', '200', [85, 50], [now, 60]),
    ...(now === 100 ? [] : [sent('gateway-a', 'cart-canary', '200', [now, 7])]),
  ])
  expect(total).toMatchObject({ requests: 7, errors: 0 })
})

it('asks for what the senders count, and leaves out who went away before an answer', async () => {
  const { asked, total } = await countedOver([100], () => [])
  expect(total).toMatchObject({ requests: 0 })
  expect(asked[0]).toEqual(
    expect.arrayContaining([
      { label: 'reporter', is: 'source' },
      { label: 'destination_workload', is: ['cart', 'cart-canary'] },
      { label: 'response_code', isNot: '0' },
    ]),
  )
})
