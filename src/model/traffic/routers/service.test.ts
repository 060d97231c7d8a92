import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { routerContract } from './router.contract.ts'
import type { Ours } from './router.ts'
import { service } from './service.ts'

const label = { key: 'app', stable: 'cart', canary: 'cart-canary' }
const ours: Ours = { stable: { host: 'cart' }, canary: { host: 'cart-canary' }, atRest: [{ host: 'cart' }], label }

const cart = (selector: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop', resourceVersion: '7' },
  spec: { selector, ports: [{ port: 80 }], later: 'than us' },
})
const bare = cart({ app: 'cart', tier: 'front' })
const all = (side: 'stable' | 'canary') =>
  [
    { to: 'stable', weight: side === 'stable' ? 100 : 0 },
    { to: 'canary', weight: side === 'canary' ? 100 : 0 },
  ] as const

routerContract(service, { ours, bare, strange: cart({ app: 'other' }) })

describe('a Service', () => {
  it('turns to one side or the other, by one label of its selector', () => {
    expect(service.writeSplit(bare, ours, all('canary'))).toMatchObject({
      value: { spec: { selector: { app: 'cart-canary', tier: 'front' }, ports: [{ port: 80 }], later: 'than us' } },
    })
  })

  it('gives the same object back when it is turned there already', () => {
    expect(service.writeSplit(bare, ours, all('stable'))).toEqual({ is: 'done', value: bare })
  })

  it('divides no requests by percent', () => {
    const half = [
      { to: 'stable', weight: 50 },
      { to: 'canary', weight: 50 },
    ] as const
    expect(service.writeSplit(bare, ours, half)).toMatchObject({ problem: { is: 'not-expressible' } })
  })

  it('is as good as pinned at rest: no canary pod has the label that it selects', () => {
    expect(service.readSplit(bare, ours)).toMatchObject({ value: [{ pinned: false, narrow: true }] })
  })

  it('without a selector has nothing to turn', () => {
    expect(service.readRoute(cart({}))).toMatchObject({ problem: { is: 'no-destination' } })
  })
})
