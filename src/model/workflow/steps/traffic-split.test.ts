import { expect, it } from 'vitest'
import { trafficSplit, type TrafficSplit } from './traffic-split.ts'

const read = (written: unknown) => trafficSplit.written.safeParse(written).data as TrafficSplit | undefined

it('reads the short form as the same two rows', () => {
  expect(read({ canary: 30 })).toEqual({
    rows: [
      { to: 'canary', weight: 30 },
      { to: 'stable', weight: 70 },
    ],
  })
  expect(read({ canary: '30%', virtualService: 'shop-vs' })).toMatchObject({
    virtualService: 'shop-vs',
    rows: [{ weight: 30 }, { weight: 70 }],
  })
})

it('keeps the order of rows, and reads destinations as mappings and as text', () => {
  const rows = [
    { destination: 'stable', weight: 50 },
    { destination: { host: 'a', port: { number: 80 } }, weight: 30 },
    { destination: 'host: b\nsubset: v2', weight: 20 },
  ]
  expect(read({ destinations: rows })?.rows).toEqual([
    { to: 'stable', weight: 50 },
    { to: { host: 'a', port: { number: 80 } }, weight: 30 },
    { to: { host: 'b', subset: 'v2' }, weight: 20 },
  ])
})

it.each([
  [{ canary: 101 }],
  [{ canary: -1 }],
  [{ canary: 10, destinations: [] }],
  [{ destinations: [] }],
  [
    {
      destinations: [
        { destination: 'stable', weight: 100 },
        { destination: 'stable', weight: 0 },
      ],
    },
  ],
  [{ destinations: [{ destination: { host: 'a', port: 80 }, weight: 100 }] }],
  [null],
  ['canary: 10'],
])('refuses %j', written => expect(read(written)).toBeUndefined())
