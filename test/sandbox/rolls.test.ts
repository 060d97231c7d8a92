import { afterEach, describe, expect, it } from 'vitest'
import { isRolledOut, openShop, virtualService, type Shop } from './shop.ts'

const opened: Shop[] = []
afterEach(() => opened.splice(0).forEach(shop => shop.stop()))

interface Roll {
  readonly propagation: number
  readonly preStop: number
  readonly minReadySeconds: number
  readonly retries: boolean
}

/** A rolling update of four pods under a bare route, 300 requests a second from its first write to 4 s after its end. */
async function roll({ propagation, preStop, minReadySeconds, retries }: Roll): Promise<{ readonly lost: number; readonly sent: number }> {
  const shop = await openShop({ versions: [], mesh: { debounce: { after: propagation } }, pods: { latency: 5 } })
  opened.push(shop)
  const labels = { app: 'cart' }
  const lifecycle = { preStop: { sleep: { seconds: preStop } } }
  const workload = (version: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      replicas: 4,
      minReadySeconds,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: `acme/cart:${version}`, ...(preStop > 0 ? { lifecycle } : {}) }] },
      },
    },
  })
  shop.apply(virtualService([{}], 'cart', retries ? {} : { retries: { attempts: 0 } }))
  shop.apply(workload('1'))
  await shop.until('version 1 is out', () => shop.list('deployments.apps').every(isRolledOut))
  await shop.clock.advance(3 * propagation + 1000)
  shop.apply(workload('2'))
  let over = false
  void shop
    .until('version 2 is out', () => shop.list('deployments.apps').every(isRolledOut) && shop.list('pods').length === 4)
    .then(() => (over = true))
  const total: Record<string, number> = {}
  const take = async (requests: number): Promise<void> => {
    for (const [outcome, count] of Object.entries(await shop.load(requests, 10 / 3))) total[outcome] = (total[outcome] ?? 0) + count
  }
  while (!over) await take(30)
  await take(1200)
  const sent = Object.values(total).reduce((sum, count) => sum + count, 0)
  return { sent, lost: sent - (total['v1'] ?? 0) - (total['v2'] ?? 0) }
}

describe('a rolling update under a bare route, as the last table of facts/measured.md', () => {
  it('loses requests when the mesh hears late and pods end at once; retries hide a part', async () => {
    const slow = { propagation: 3000, preStop: 0, minReadySeconds: 0 }
    const withRetries = await roll({ ...slow, retries: true })
    const without = await roll({ ...slow, retries: false })
    expect(withRetries.lost).toBeGreaterThan(400)
    expect(without.lost).toBeGreaterThan(withRetries.lost)
    expect(without.lost).toBeLessThan(2500)
  })

  it('loses requests with a preStop of 5 s too: every event starts the debounce anew', async () => {
    expect((await roll({ propagation: 3000, preStop: 5, minReadySeconds: 0, retries: true })).lost).toBeGreaterThan(200)
  })

  it('loses none with a preStop and a minReadySeconds above the debounce, or a preStop above its maximum', async () => {
    expect((await roll({ propagation: 3000, preStop: 5, minReadySeconds: 4, retries: false })).lost).toBe(0)
    expect((await roll({ propagation: 3000, preStop: 15, minReadySeconds: 0, retries: false })).lost).toBe(0)
  })

  it('loses hardly any at a propagation of 0.1 s', async () => {
    expect((await roll({ propagation: 100, preStop: 0, minReadySeconds: 0, retries: true })).lost).toBeLessThan(20)
    expect((await roll({ propagation: 100, preStop: 5, minReadySeconds: 0, retries: false })).lost).toBe(0)
  })
})
