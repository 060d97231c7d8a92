import { defineFailures, kind, objectName, type Failure, type KubernetesObject } from '#base/index.ts'
import type { RouteProblem } from './route-problem.ts'
import { rowProblemText } from './rows.ts'

interface In {
  /** The route's object, with its full name. */
  readonly object: string
}
interface InEntry extends In {
  readonly entry: string
}

/** Failures of routes that can not be managed or written. */
export const traffic = defineFailures('TRAFFIC', {
  OTHER_KIND: kind<In & { want: string }>({
    blame: 'user',
    says: f => `${f.object}: not a ${f.want}`,
    todo: 'Name the object that holds the route.',
  }),
  NO_HTTP_ROUTE: kind<In>({
    blame: 'user',
    says: f => `${f.object}: has no http route`,
    todo: 'Give it one http entry with one destination: that is all a split needs.',
  }),
  OTHER_PROTOCOL: kind<In & { protocols: string }>({
    blame: 'user',
    says: f => `${f.object}: has ${f.protocols} routes, which are split per connection and not per request`,
    todo: 'Move the http routes into a VirtualService of their own and let that one be managed.',
  }),
  SEVERAL_ROUTES: kind<In & { entries: string; count: number }>({
    blame: 'user',
    says: f => `${f.object}: has ${f.count} http entries, which of them are to be split is not said: ${f.entries}`,
    todo: 'Name them in the Service (`routes: [NAME, …]`, or `routes: all`); an entry without a name needs one.',
  }),
  ROUTE_MISSING: kind<InEntry & { entries: string }>({
    blame: 'user',
    says: f => `${f.object}: has no http entry ${f.entry}, only ${f.entries || 'none'}`,
    todo: 'Put the entry right in the Service (`routes`), or name it so in the VirtualService.',
  }),
  NOT_ROUTED: kind<InEntry & { by: string }>({
    blame: 'user',
    says: f => `${f.object}: entry ${f.entry} has a ${f.by} and no destinations of its own`,
    todo: 'Manage the entry (or the delegate VirtualService) that has the destinations.',
  }),
  NO_DESTINATION: kind<InEntry>({
    blame: 'user',
    says: f => `${f.object}: entry ${f.entry} has no destination`,
    todo: 'Give the entry one destination with the host of your Service.',
  }),
  BLANK_HOST: kind<InEntry>({
    blame: 'user',
    says: f => `${f.object}: a destination of entry ${f.entry} has no host`,
    todo: 'Name the Service as the host.',
  }),
  NONE_OURS: kind<InEntry & { destinations: string }>({
    blame: 'user',
    says: f => `${f.object}: no destination of entry ${f.entry} reaches the pods of the workload: ${f.destinations}`,
    todo: 'Route to the Service of the workload, or to a subset that selects its pods.',
  }),
  SEVERAL_OURS: kind<InEntry & { destinations: string }>({
    blame: 'user',
    says: f => `${f.object}: several destinations of entry ${f.entry} reach the pods of the workload: ${f.destinations}`,
    todo: 'Leave one of them, so that it is clear what the canary takes its share from.',
  }),
  WITHOUT_WEIGHT: kind<InEntry & { destination: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.destination} in entry ${f.entry} has weight 0, so there is no traffic to split`,
    todo: 'Give it weight before the release.',
  }),
  LITERAL_STANDS: kind<InEntry & { destination: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.destination} stands in entry ${f.entry} already and keeps its share; a split can not name it`,
    todo: 'Take it out of the split, or out of the VirtualService.',
  }),
  NAME_TAKEN: kind<InEntry>({
    blame: 'user',
    says: f => `${f.object}: has an entry ${f.entry} that is not of this run, and the run would write one of that name`,
    todo: 'Rename that entry: names that begin with `sluice-route.` or `sluice-sticky.` are for runs.',
  }),
  UNSAFE_MIRROR: kind<InEntry>({
    blame: 'user',
    says: f =>
      `${f.object}: entry ${f.entry} takes requests that write (it is not limited to GET, HEAD and OPTIONS), and a mirror would write twice`,
    todo: 'Manage an entry that is limited to safe methods, or, where a second write does no harm, say allowUnsafeMethods: true in the step.',
  }),
  NO_SUCH_REQUESTS: kind<In & { route: string }>({
    blame: 'user',
    says: f => `${f.object}: no managed entry takes a request such as header route ${f.route} asks for`,
    todo: 'Compare its conditions with those of the managed entries: both must hold.',
  }),
  NOT_EXPRESSIBLE: kind<In & { reason: string }>({
    blame: 'user',
    says: f => `${f.object}: can not be split as asked: ${f.reason}`,
    todo: 'Change what stands in the way, or route by an HTTPRoute or a VirtualService, which can say more.',
  }),
  UNSUPPORTED: kind<In & { what: string; lack: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.what} cannot be counted on there: ${f.lack}`,
    todo: 'Use a GatewayClass that says so, take the step (or the setting) out, or let the delegate read Gateways and GatewayClasses, where it may not.',
  }),
  BAD_ROWS: kind<In & { problems: string }>({
    blame: 'user',
    says: f => `${f.object}: the split can not be written: ${f.problems}`,
    todo: 'Weights are whole numbers from 0 that sum to 100, each destination once.',
  }),
})

/** The problem of a route as a failure with its code, for people. */
export function routeFailure(route: KubernetesObject, problem: RouteProblem): Failure {
  const object = objectName(route)
  switch (problem.is) {
    case 'other-kind':
      return traffic.OTHER_KIND({ object, want: problem.want })
    case 'no-entries':
      return traffic.NO_HTTP_ROUTE({ object })
    case 'other-protocol':
      return traffic.OTHER_PROTOCOL({ object, protocols: problem.protocols.join(' and ') })
    case 'several-entries':
      return traffic.SEVERAL_ROUTES({ object, entries: problem.entries.join(', '), count: problem.entries.length })
    case 'not-expressible':
      return traffic.NOT_EXPRESSIBLE({ object, reason: problem.reason })
    case 'unsupported':
      return traffic.UNSUPPORTED({ object, what: problem.what, lack: problem.lack })
    case 'no-such-requests':
      return traffic.NO_SUCH_REQUESTS({ object, route: problem.route })
    case 'rows':
      return traffic.BAD_ROWS({ object, problems: problem.problems.map(rowProblemText).join('; ') })
    default:
      return entryFailure(object, problem)
  }
}

function entryFailure(object: string, problem: Extract<RouteProblem, { entry: string }>): Failure {
  const { entry } = problem
  switch (problem.is) {
    case 'entry-missing':
      return traffic.ROUTE_MISSING({ object, entry, entries: problem.entries.join(', ') })
    case 'not-routed':
      return traffic.NOT_ROUTED({ object, entry, by: problem.by })
    case 'no-destination':
      return traffic.NO_DESTINATION({ object, entry })
    case 'blank-host':
      return traffic.BLANK_HOST({ object, entry })
    case 'none-ours':
      return traffic.NONE_OURS({ object, entry, destinations: problem.destinations.join(', ') })
    case 'several-ours':
      return traffic.SEVERAL_OURS({ object, entry, destinations: problem.destinations.join(', ') })
    case 'without-weight':
      return traffic.WITHOUT_WEIGHT({ object, entry, destination: problem.destination })
    case 'name-taken':
      return traffic.NAME_TAKEN({ object, entry })
    case 'unsafe-mirror':
      return traffic.UNSAFE_MIRROR({ object, entry })
    case 'literal-stands':
      return traffic.LITERAL_STANDS({ object, entry, destination: problem.destination })
  }
}
