import { describe, expect, it } from 'vitest'
import { VirtualClock, type KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { settleBySeconds } from '#delegate/settle/index.ts'
import type { Release } from '#model/release/index.ts'
import { settleFor } from './settle-for.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

const clock = new VirtualClock()
const release = { settle: { mode: 'auto' } } as Release

/** Which way the settings that reach the mesh's own choice ask for, and why. */
async function chosen(routes: readonly KubernetesObject[]): Promise<{ readonly mode: string; readonly why: string }> {
  let mode = ''
  const surroundings = {
    settle: (_: Cluster, { settle }: Release) => {
      mode = settle.mode
      return Promise.resolve(settleBySeconds({ shift: 1, removal: 2 }, 'chosen', clock))
    },
  } as unknown as ReleaseSurroundings
  const { why } = await settleFor(routes, {} as Cluster, release, surroundings, new AbortController().signal)
  return { mode, why }
}

function httpRoute(controllers: readonly string[], kind = 'HTTPRoute', parents = 1): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { parentRefs: Array.from({ length: parents }, (_, n) => ({ name: `public-${n}` })) },
    status: { parents: controllers.map(controllerName => ({ controllerName })) },
  }
}

const virtualService: KubernetesObject = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart' } }
const gateways = 'istio.io/gateway-controller'

describe('how arrival is known', () => {
  it('is for the mesh to tell, of VirtualServices and of the routes that istiod has taken', async () => {
    expect(await chosen([virtualService])).toEqual({ mode: 'auto', why: 'chosen' })
    expect(await chosen([httpRoute([gateways]), httpRoute(['istio.io/mesh-controller'], 'GRPCRoute')])).toMatchObject({ mode: 'auto' })
  })

  it('is time where one of the routes is taken by another controller, by nobody, or not yet for every parent', async () => {
    const other = await chosen([virtualService, httpRoute([gateways, 'example.com/gateway'], 'HTTPRoute', 2)])
    expect(other).toEqual({ mode: 'seconds', why: 'example.com/gateway does not tell which HTTPRoute its proxies have' })
    expect(await chosen([httpRoute([])])).toEqual({ mode: 'seconds', why: 'no proxy tells which HTTPRoute it has' })
    expect(await chosen([httpRoute([gateways], 'GRPCRoute', 2)])).toMatchObject({ mode: 'seconds' })
  })

  it('is time where there is no route: whoever calls a Service need not be in the mesh', async () => {
    expect(await chosen([])).toMatchObject({ mode: 'seconds' })
  })
})
