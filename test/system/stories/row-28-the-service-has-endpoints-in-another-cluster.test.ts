// The mesh spans two clusters. A route that is written in one of them is not seen by proxies of the other, and a part of the users
// is not moved at all. Sluice sees the remote endpoints, and refuses the release unless it declares that it knows of them.
import { describe, expect, it } from 'vitest'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { levels, look, said } from '../preflight-world.ts'
import { openCart } from '../story.ts'

describe('row 28: the Service has endpoints in another cluster, too', () => {
  /** istiod reads a second cluster, as in a mesh with several primaries. */
  const twoClusters = (cluster: Cluster): Cluster => ({
    ...cluster,
    async podHttp(pod, port, request, signal) {
      const answer = await cluster.podHttp(pod, port, request, signal)
      const here = '"Kubernetes/Kubernetes":'
      return request.path.startsWith('/debug/endpointShardz')
        ? { ...answer, body: answer.body.replaceAll(here, `"Kubernetes/eu-2":[{"Addresses":["10.9.0.1"]}],${here}`) }
        : answer
    },
  })

  it('is refused unless it is declared', async () => {
    const world = await openCart({ settle: 'acknowledged', through: twoClusters })

    expect(said(await look(world), 'REMOTE-ENDPOINTS')[0]).toMatch(
      /^refuse REMOTE-ENDPOINTS Service shop\/cart-svc: .*\(Kubernetes and eu-2\)/,
    )
    expect(levels(said(await look(world, { remoteEndpoints: 'accept' }), 'REMOTE-ENDPOINTS'))).toEqual(['warn REMOTE-ENDPOINTS'])
  })
})
