import type { GatewayResolution, Resolution } from '#model/traffic/index.ts'
import { reach, type Asking } from './destinations.ts'
import { gatewayApiEffects, istioEffects } from './effects.ts'
import type { Answer, Effect } from './explanation.ts'
import type { Question, RoutingFacts } from './facts.ts'

/** The answer, and what else happens on the way. */
export interface Ended {
  readonly answer: Answer
  readonly effects: readonly Effect[]
}

const answeredBy: Readonly<Record<string, string>> = {
  'no-route': 'the host is known, and no entry takes the request',
  redirect: 'the entry sends it elsewhere',
  'https-redirect': 'the gateway sends plain requests to https',
  'direct-response': 'the entry answers itself',
  fault: 'the entry aborts every request (fault)',
  cors: 'the CORS policy answers the preflight',
  'no-backend': 'the rule has no backend with weight',
  filter: 'the rule has a filter that no proxy plays',
}

/** What a proxy does with a request that VirtualServices decide. */
export function istioEnd(resolution: Resolution, question: Question, asking: Asking, facts: RoutingFacts): Ended {
  switch (resolution.is) {
    case 'unknown-host':
      return { answer: unknownHost, effects: [] }
    case 'answered':
      return { answer: answered(resolution.by, resolution.answer), effects: [] }
    case 'refused':
      return {
        answer: { is: 'undecided', says: `proxies refuse the entry: ${resolution.reason}; what was in force before stays` },
        effects: [],
      }
    case 'routed':
      return {
        answer: { is: 'routed', destinations: resolution.destinations.map(destination => reach(destination, asking, facts)) },
        effects: istioEffects(resolution, question),
      }
  }
}

/** What a proxy does with a request that routes of the Gateway API decide. */
export function gatewayApiEnd(resolution: GatewayResolution, question: Question, asking: Asking, facts: RoutingFacts): Ended {
  switch (resolution.is) {
    case 'unknown-host':
      return { answer: unknownHost, effects: [] }
    case 'answered':
      return { answer: answered(resolution.by, resolution.answer), effects: [] }
    case 'routed': {
      const destinations = resolution.backends.map(({ to, share, ref }) =>
        to.is === 'service'
          ? reach({ host: to.host, port: to.port, share }, asking, facts)
          : {
              host: ref.name,
              port: ref.port ?? 0,
              share,
              gets: { is: 'error' as const, status: 500, flag: 'NC', says: to.message },
              pods: [],
            },
      )
      return { answer: { is: 'routed', destinations }, effects: gatewayApiEffects(resolution, question) }
    }
  }
}

const unknownHost: Answer = { is: 'answered', status: 404, says: 'no route that is bound here has this host' }

function answered(
  by: string,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Answer {
  const location = headers['location']
  return { is: 'answered', status, ...(location === undefined ? {} : { location }), says: answeredBy[by] ?? by }
}
