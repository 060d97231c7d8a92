import { clusterKey, type Backend, type GatewayResolution } from '#model/traffic/index.ts'
import { bare, type Decision } from './decision.ts'
import { retryPolicyOf } from './retry.ts'

/** What a proxy does with a request that routes of the Gateway API decide. */
export function decideByGatewayApi(resolution: GatewayResolution): Decision {
  switch (resolution.is) {
    case 'unknown-host':
      return bare(404, 'NR')
    case 'answered':
      return { is: 'answered', answer: { body: '', ...resolution.answer }, flag: resolution.by === 'no-route' ? 'NR' : '-' }
    case 'routed': {
      const { backends, mirrors, timeouts } = resolution
      return {
        is: 'routed',
        destinations: backends.map(({ to, share, upstream, responseHeaders }) => ({
          cluster: clusterOf(to),
          share,
          upstream,
          responseHeaders,
        })),
        mirrors: mirrors.map(({ to, share }) => ({ cluster: clusterOf(to), share })),
        fault: undefined,
        // As istiod does where a route has no retries of its own, which the standard channel knows none of.
        timeout: timeouts.backendRequest ?? timeouts.request,
        retries: retryPolicyOf({}),
        missing: 500,
        added: {},
      }
    }
  }
}

/** A backend that does not resolve leads to a cluster that no proxy has. */
function clusterOf(to: Backend): string {
  return to.is === 'service' ? clusterKey(to.port, undefined, to.host) : `unresolved|${to.reason}`
}
