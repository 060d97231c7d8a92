// The mesh has one DestinationRule for all hosts, with mutual TLS. The release brings one for its own host, and Istio merges nothing
// across the two. Settings that somebody relied on are gone, and no file that changed speaks of them. Sluice says before the run
// what no longer counts, leaf by leaf.
import { describe, expect, it } from 'vitest'
import { look, objectOf, said } from '../preflight-world.ts'
import { destinationRules, openCart, someone } from '../story.ts'

describe("row 27: the managed rule comes, and hides the mesh's own", () => {
  it('warns of what that one said, leaf by leaf', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const policy = { tls: { mode: 'ISTIO_MUTUAL' } }
    const wide = objectOf(
      'DestinationRule',
      'networking.istio.io/v1',
      'default',
      { host: '*.svc.cluster.local', trafficPolicy: policy },
      'istio-system',
    )
    store.create(destinationRules, wide, someone)
    store.delete(destinationRules, { namespace: 'shop', name: 'cart-destinationrule' })

    const [found] = said(await look(world), 'POLICY-CHANGES')
    expect(found).toContain('DestinationRule istio-system/default no longer counts once the managed one is there')
    expect(found).toContain('tls {"mode":"ISTIO_MUTUAL"} → none')
  })
})
