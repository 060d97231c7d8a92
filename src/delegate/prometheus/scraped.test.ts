import { expect, it } from 'vitest'
import type { Series } from './prometheus.ts'
import { scrapedFrom } from './scraped.ts'

const gateway = { job: 'envoy-stats', instance: '10.0.0.1:15090', namespace: 'istio-system', pod: 'gateway-a' }
const series = (labels: Readonly<Record<string, string>>, ...samples: readonly (readonly [number, number])[]): Series => ({
  labels: { __name__: 'istio_requests_total', ...gateway, ...labels },
  samples,
})
const nobody = new Map()

it('is what the last scrape of each pod held, with the time between its scrapes', () => {
  const [ok, ...others] = scrapedFrom(
    [
      series({ response_code: '200' }, [10_000, 5], [25_000, 7], [40_000, 9]),
      series({ response_code: '503' }, [40_000, 1]),
      // Of a process before: the new one has not counted it yet.
      series({ response_code: '404' }, [10_000, 3], [25_000, 3]),
    ],
    nobody,
    45_000,
  )
  expect(others).toEqual([])
  expect(ok).toMatchObject({ name: 'gateway-a', at: 40_000, every: 15_000, life: 0 })
  expect(ok?.samples.map(({ name, labels, value }) => [name, labels['response_code'], value])).toEqual([
    ['istio_requests_total', '200', 9],
    ['istio_requests_total', '503', 1],
  ])
})

it('counts a pod once that is scraped by two jobs, or by a pair of servers', () => {
  const twice = [
    series({}, [40_000, 9]),
    series({ job: 'kubernetes-pods', instance: '10.0.0.1:15020' }, [41_000, 10]),
    series({ prometheus_replica: 'b' }, [42_000, 11]),
  ]
  expect(scrapedFrom(twice, nobody, 45_000)).toMatchObject([{ at: 40_000 }])
  const elsewhere = [...twice, series({ cluster: 'us-1' }, [40_000, 1]), series({ pod: 'gateway-b' }, [40_000, 1])]
  expect(scrapedFrom(elsewhere, nobody, 45_000)).toHaveLength(3)
})

it('knows a pod without a name by its address, whatever its port', () => {
  const { pod: _, ...unnamed } = gateway
  const each = (instance: string): Series => ({ labels: { ...unnamed, instance }, samples: [[40_000, 9]] })
  expect(scrapedFrom([each('10.0.0.1:15090'), each('10.0.0.1:15020')], nobody, 45_000)).toMatchObject([{ name: '10.0.0.1:15020' }])
})

it('forgets who has not been scraped for two intervals and a half', () => {
  const some = [series({}, [10_000, 5], [25_000, 7], [40_000, 9])]
  expect([77_000, 78_000].map(now => scrapedFrom(some, nobody, now).length)).toEqual([1, 0])
})

it('sees that a counter began anew between two looks, though it has passed its former value since', () => {
  const some = [series({}, [10_000, 5], [25_000, 2], [40_000, 9])]
  const known = (at: number) => new Map([['/istio-system/gateway-a', { at, life: 3 }]])
  expect(scrapedFrom(some, known(10_000), 45_000)).toMatchObject([{ life: 4 }])
  expect(scrapedFrom(some, known(25_000), 45_000)).toMatchObject([{ life: 3 }])
})

it('takes one that was scraped once to be scraped as often as the others', () => {
  const once = series({ pod: 'gateway-b' }, [40_000, 1])
  const others = series({}, [10_000, 5], [25_000, 7], [40_000, 9], [55_000, 9], [70_000, 9])
  expect(scrapedFrom([once, others], nobody, 78_000)).toMatchObject([{ name: 'gateway-a' }])
  expect(scrapedFrom([once], nobody, 78_000)).toMatchObject([{ name: 'gateway-b', every: 60_000 }])
})

it('takes one that was scraped once to be scraped as often as the others', () => {
  const once = series({ pod: 'gateway-b' }, [40_000, 1])
  const others = series({}, [10_000, 5], [25_000, 7], [40_000, 9], [55_000, 9], [70_000, 9])
  expect(scrapedFrom([once, others], nobody, 78_000)).toMatchObject([{ name: 'gateway-a' }])
  expect(scrapedFrom([once], nobody, 78_000)).toMatchObject([{ name: 'gateway-b', every: 60_000 }])
})
