import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { countCalls, type Cluster, type Inside } from '#delegate/kubernetes/index.ts'
import { openSettling } from '#delegate/settle/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import type { MeshOptions } from '#sandbox/mesh/index.ts'
import { openBench, split, type Bench } from './settle-bench.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach(close => close()))

interface Way {
  /** Whether we may open port-forwards. */
  readonly forward?: boolean
  /** The namespace of our service account; left out: this process runs outside of the cluster. */
  readonly account?: string
  readonly change?: (inside: Inside) => Inside
}

/** A shop whose istiods are asked in the ways that are open. */
async function open({ forward = true, account, change = each => each }: Way, mesh: MeshOptions & { readonly istiods?: number } = {}) {
  const bench: Bench = await openBench({ mesh }, { mode: 'auto' })
  const { clock, sandbox, list } = bench.shop
  sandbox.switches.forbid(({ resource }) => !forward && resource === 'pods/portforward')
  const asked = { forward: 0, direct: 0, tokens: [] as string[] }
  const own = account === undefined ? undefined : (change(sandbox.inside({ namespace: account, name: 'delegate' })) as Inside)
  const cluster: Cluster = {
    ...bench.cluster,
    podHttp: (...given) => (asked.forward++, bench.cluster.podHttp(...given)),
    ...(own && {
      inside: {
        http: (...given) => (asked.direct++, own.http(...given)),
        token: audience => (asked.tokens.push(audience), own.token(audience)),
      },
    }),
  }
  const settling = openSettling({ clock, random: seededRandom(3) })
  closing.push(
    () => bench.close(),
    () => settling.close(),
  )
  const choose = (settings: SettleSettings = { mode: 'auto' }) =>
    clock.runUntil(settling.settle(countCalls(cluster), settings, list('virtualservices.networking.istio.io')))
  return { bench, asked, choose }
}

describe('the ways to an istiod', () => {
  it('is a port-forward where one may be opened: no token leaves the process', async () => {
    const { choose, asked } = await open({ account: 'istio-system' })
    expect(await choose()).toMatchObject({ how: 'acknowledged' })
    expect(asked).toMatchObject({ direct: 0, tokens: [] })
  })

  it('is the address of each pod with a token for istiod, where port-forwards are forbidden and we are in the cluster', async () => {
    const { bench, choose, asked } = await open({ forward: false, account: 'istio-system' }, { istiods: 2 })
    const settle = await choose({ mode: 'acknowledged' })
    expect(new Set(asked.tokens)).toEqual(new Set(['istio-ca']))
    const tried = asked.forward
    settle.wrote(bench.shop.apply(split(10)))
    const [route] = bench.shop.list('virtualservices.networking.istio.io')
    const { clock } = bench.shop
    const look = async () => clock.runUntil(settle.look({ routes: route ? [route] : [], services: [] }))
    while ((await look()).routes[0]?.reached !== 'removal') await clock.advance(10)
    expect(asked.forward, 'what works is kept to').toBe(tried)
  })

  it('names both obstacles where neither is open', async () => {
    const { choose } = await open({ forward: false, account: 'sluice' })
    const { how, why } = await choose()
    expect(how).toBe('seconds')
    expect(why).toContain('we may not create pods/portforward in namespace istio-system')
    expect(why).toContain('and directly: istiod lets only service accounts of its own namespace ask')
  })

  it('is open to other namespaces where istiod is told so', async () => {
    const { choose } = await open({ forward: false, account: 'sluice' }, { debugNamespaces: ['sluice'] })
    expect(await choose()).toMatchObject({ how: 'acknowledged' })
  })

  it('says that the token is not accepted', async () => {
    const token = (): Promise<string> => Promise.resolve('istio-system/delegate/something-else')
    const { choose } = await open({ forward: false, account: 'istio-system', change: inside => ({ ...inside, token }) })
    expect((await choose()).why).toContain('does not accept a token of our service account for istio-ca')
  })

  it('ends at the missing right where we are outside of the cluster', async () => {
    const { choose } = await open({ forward: false })
    expect((await choose()).why).toMatch(/we may not create pods\/portforward in namespace istio-system \(cluster sandbox\)$/)
  })
})
