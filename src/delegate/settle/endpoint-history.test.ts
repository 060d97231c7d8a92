import { describe, expect, it } from 'vitest'
import { endpointsSeen, type ReadyEndpoints, type TrackedEndpoint } from './endpoint-history.ts'
import { bound, shard } from './history.contract.ts'

type Services = Parameters<typeof endpointsSeen>[0]

/** The index of an istiod, read at a time, beside what the API server called ready when the pods were looked at. */
function read(
  before: Services,
  at: number,
  healthy: readonly string[],
  ready: Partial<ReadyEndpoints> & { readonly addresses?: readonly string[] } = {},
) {
  const { asOf = at, addresses = [] } = ready
  const value = new Map([['cart.shop', healthy.map(shard)]])
  return endpointsSeen(
    before,
    { asked: at, answered: at, value },
    new Map([['cart.shop', { asOf, endpoints: addresses.map(shard) }]]),
    bound,
  )
}

const endpoint = (services: Services, address: string): TrackedEndpoint | undefined => services.get('cart.shop')?.endpoints.get(address)

describe('an address that istiod had, and has no more', () => {
  const had = read(new Map(), 10, ['a'], { addresses: ['a'] })

  it('is gone with the first answer that lacks it, though pods that were looked at before still had it ready', () => {
    const after = read(had, 50, [], { asOf: 40, addresses: ['a'] })
    expect(endpoint(after, 'a')).toMatchObject({ gone: 50, since: undefined })
    expect(endpoint(read(after, 90, [], { asOf: 40, addresses: ['a'] }), 'a')?.gone).toBe(50)
  })

  it('may come back where the pods were looked at later and have it ready', () => {
    const after = read(read(had, 50, [], { asOf: 40, addresses: ['a'] }), 90, [], { asOf: 80, addresses: ['a'] })
    expect(endpoint(after, 'a')?.gone).toBeUndefined()
    expect(endpoint(read(after, 130, [], { asOf: 120 }), 'a')?.gone, 'an istiod that lags behind may still read of it').toBeUndefined()
    expect(endpoint(read(after, 90 + bound, [], { asOf: 120 }), 'a')?.gone).toBe(90 + bound)
  })

  it('is there anew when istiod shows it again', () => {
    const after = read(read(had, 50, []), 90, ['a'], { addresses: ['a'] })
    expect(endpoint(after, 'a')).toMatchObject({ since: 90, gone: undefined })
  })
})

it('an address that istiod never had is awaited for a whole bound', () => {
  const ready = read(new Map(), 10, [], { addresses: ['b'] })
  expect(endpoint(ready, 'b')).toMatchObject({ since: undefined, ready: 10, gone: undefined })
  expect(endpoint(read(ready, 5000, []), 'b')?.gone).toBeUndefined()
  expect(endpoint(read(ready, 20_000, []), 'b')?.gone).toBe(20_000)
})
