import { describe, expect, it } from 'vitest'
import { leaseObject, recordObject, Release, takePlainSnapshot } from '#model/release/index.ts'
import { recordMeant } from './which-record.ts'

const at = '2026-11-26T12:00:00Z'
const release = (name: string): Release =>
  Release.parse({
    execution: `of-${name}`,
    name,
    service: name,
    namespace: 'shop',
    cluster: {},
    version: '2',
    manifests: 'none',
    literals: [],
    subsets: { stable: 'stable', canary: 'canary' },
    settle: { mode: 'auto' },
    drain: 0,
    bypass: 'accept',
    plain: 'rolling',
  })
const recordOf = (name: string) => {
  const snapshot = takePlainSnapshot({ dryRuns: [], leases: [], autoscalers: [] }, release(name), at)
  return recordObject({ release: release(name), snapshot })
}
const leaseOf = (name: string) => leaseObject(`sluice-release-${name}`, { release: release(name) }, at)

const meant = (name: string | undefined, records: readonly string[], underWay: readonly string[] = []): string => {
  try {
    return recordMeant(name, 'shop', { records: records.map(recordOf), leases: underWay.map(leaseOf) }).release.name
  } catch (error) {
    return (error as Error).message
  }
}

describe('the record of a release to restore', () => {
  it('is that of the name', () => {
    expect(meant('cart', ['cart', 'web'], ['web'])).toBe('cart')
    expect(meant('cart', ['web'])).toBe('Release shop/cart: the cluster holds no record of it. Records: web.')
  })

  it('is, without a name, that of the only run under way, else the only one', () => {
    expect(meant(undefined, ['cart', 'web', 'worker'], ['web'])).toBe('web')
    expect(meant(undefined, ['cart'])).toBe('cart')
  })

  it('is asked for where several could be meant, and missed where there is none', () => {
    const unclear = 'Which release is meant is not clear: in namespace shop are'
    expect(meant(undefined, ['cart', 'web', 'worker'], ['cart', 'web'])).toBe(`${unclear} under way: cart, web.`)
    expect(meant(undefined, ['cart', 'web'])).toBe(`${unclear} recorded, none of them under way: cart, web.`)
    expect(meant(undefined, [])).toBe('Namespace shop: the cluster holds no record of a release there.')
  })
})
