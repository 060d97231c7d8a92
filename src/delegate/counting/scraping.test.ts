import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import type { Matcher, Prometheus, Series } from '#delegate/prometheus/index.ts'
import type { Workload } from './gateway-pods.ts'
import { Scraping, type Senders } from './scraping.ts'

const counted = { namespace: 'shop', workloads: { stable: 'cart', canary: 'cart-canary' }, services: ['cart-svc'] }
const gateway: Workload = { namespace: 'istio-system', workload: 'istio-ingressgateway' }

/** One series of a proxy's requests to stable, sampled at these times (seconds). */
function sent(workload: string, namespace: string, ...samples: readonly (readonly [number, number])[]): Series {
  return {
    labels: {
      __name__: 'istio_requests_total',
      reporter: 'source',
      source_workload: workload,
      source_workload_namespace: namespace,
      destination_workload: 'cart',
      destination_workload_namespace: 'shop',
      response_code: '200',
      response_flags: '-',
      job: 'envoy-stats',
      instance: `${workload}:15090`,
      namespace,
      pod: `${workload}-1`,
    },
    samples: samples.map(([at, value]) => [at * 1000, value]),
  }
}

interface Open {
  readonly senders?: Partial<Senders>
  readonly series?: (now: number) => readonly Series[]
  readonly up?: readonly Series[]
  /** How far its clock is ahead of ours, milliseconds. */
  readonly ahead?: number
}

/** A source whose Prometheus has these samples; `asked` keeps what it was asked for. */
function open({ senders = {}, series = () => [], up = [], ahead = 0 }: Open) {
  const clock = new VirtualClock(100_000)
  const asked: (readonly Matcher[])[] = []
  const prometheus: Prometheus = {
    url: 'http://prometheus',
    now: () => Promise.resolve(clock.now() + ahead),
    samples(matchers) {
      asked.push(matchers)
      const isUp = matchers.some(each => each.label === '__name__' && 'is' in each && each.is === 'up')
      const isPlaced = matchers.some(({ label }) => label === 'response_code')
      return Promise.resolve({ series: isUp ? up : isPlaced ? series(clock.now() + ahead) : [], warnings: [] })
    },
  }
  const all: Senders = { opened: Promise.resolve(), why: () => undefined, workloads: () => [gateway], isMeshBound: false, ...senders }
  return { clock, asked, source: new Scraping(prometheus, counted, all, clock) }
}

describe('whose requests are counted', () => {
  const series = () => [
    sent('istio-ingressgateway', 'istio-system', [95, 9]),
    sent('frontend', 'shop', [96, 4]),
    sent('istio-ingressgateway', 'other', [96, 4]),
  ]

  it('are those of the gateways of its routes', async () => {
    const { source } = open({ series })
    expect([...(await source.look()).proxies.values()].map(({ name }) => name)).toEqual(['istio-ingressgateway-1'])
  })

  it('are those of everybody who calls, where a route is for the mesh', async () => {
    const { source, asked } = open({ series, senders: { isMeshBound: true } })
    expect([...(await source.look()).proxies.values()].map(({ name }) => name).toSorted()).toEqual([
      'frontend-1',
      'istio-ingressgateway-1',
      'istio-ingressgateway-1',
    ])
    expect(asked.flat().filter(({ label }) => label === 'source_workload' || label === 'response_flags')).toEqual([])
  })

  it('are nobody where the gateways are not known, and why is told', async () => {
    const { source, asked } = open({ series, senders: { workloads: () => undefined, why: () => 'no right to list pods' } })
    expect((await source.look()).proxies.size).toBe(0)
    expect([source.why(), asked.length]).toEqual(['no right to list pods', 0])
  })
})

it('tells times by our clock, a second less sharp than the scrapes', async () => {
  const { source } = open({ series: () => [sent('istio-ingressgateway', 'istio-system', [395, 9])], ahead: 300_000 })
  expect(await source.look()).toMatchObject({ asked: 94_000, answered: 96_000 })
})

it('counts a proxy from nothing whose target was scraped before and had no series of the release', async () => {
  const times = (now: number) => (now < 110_000 ? [] : [sent('istio-ingressgateway', 'istio-system', [105, 9])])
  const target = { __name__: 'up', job: 'envoy-stats', instance: 'istio-ingressgateway:15090' }
  const up: Series = { labels: target, samples: [[90_000, 1], [105_000, 1]] } // prettier-ignore
  const since = async (ups: readonly Series[]): Promise<number | undefined> => {
    const { source, clock } = open({ series: times, up: ups })
    expect(await source.look()).toMatchObject({ nobody: true })
    await clock.advance(10_000)
    return [...(await source.look()).proxies.values()][0]?.since
  }
  expect(await since([up])).toBe(105_000)
  expect(await since([])).toBe(-Infinity)
  expect(await since([{ ...up, samples: [[105_000, 1]] }])).toBe(-Infinity)
})

it('waits at the end for one more scrape, and not longer than half a minute', async () => {
  const every = async (seconds: number): Promise<number> => {
    const series = () => [sent('istio-ingressgateway', 'istio-system', [95 - seconds, 1], [95, 9])]
    const { source } = open({ series })
    await source.look()
    return source.patience()
  }
  expect([await every(15), await every(60)]).toEqual([18_000, 30_000])
})

it('tells the same look again until somebody was scraped anew, however the clocks compare', async () => {
  let at = 95
  const { source, clock } = open({ series: () => [sent('istio-ingressgateway', 'istio-system', [80, 1], [at, 9])] })
  const first = await source.look()
  await clock.advance(7)
  expect(await source.look()).toBe(first)
  at = 99
  expect(await source.look()).toMatchObject({ answered: 100_000 })
})
