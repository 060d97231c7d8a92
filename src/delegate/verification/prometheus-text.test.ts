import { expect, it } from 'vitest'
import { readSamples, readValue } from './prometheus-text.ts'

it('reads names, labels with escapes, and values', () => {
  const text = [
    '# TYPE istio_requests_total counter',
    'istio_requests_total{response_code="200",source="a \\"b\\" \\\\ c\\nd",le=""} 12',
    'istio_requests_total 3 1700000000000',
    'envoy_other{x="1"} 9',
    'istio_requests_total{broken 4',
    '',
  ].join('\n')
  expect(readSamples(text, 'istio_')).toEqual([
    { name: 'istio_requests_total', labels: { response_code: '200', source: 'a "b" \\ c\nd', le: '' }, value: 12 },
    { name: 'istio_requests_total', labels: {}, value: 3 },
  ])
})

it('reads numbers as Prometheus writes them', () => {
  expect(['1e3', '0.5', '+Inf', '-Inf'].map(readValue)).toEqual([1000, 0.5, Infinity, -Infinity])
})

it('reads braces and commas within a label', () => {
  expect(readSamples('m{a="{x},y",b="z"} 1', 'm')).toEqual([{ name: 'm', labels: { a: '{x},y', b: 'z' }, value: 1 }])
})
