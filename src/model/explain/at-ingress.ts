// What ingress-nginx does with a request, by the Ingresses that it serves.
import {
  expandHost,
  isSubsetOf,
  nginxConfiguration,
  nginxIngresses,
  nginxTable,
  readHeaderRoutes,
  type Ingress,
  type NginxResolution,
  type NginxUpstream,
} from '#model/traffic/index.ts'
import { reach } from './destinations.ts'
import type { DoorExplanation, ReachedDestination } from './explanation.ts'
import { seen, type Question, type RoutingFacts } from './facts.ts'
import { hostOf, portsNamed } from './services.ts'

/** Ingresses of ingress-nginx; none where classes cannot be seen, for then nobody knows whose they are. */
export function ownIngresses({ ingresses, ingressClasses }: RoutingFacts): readonly Ingress[] {
  return ingressClasses.unseen === undefined ? nginxIngresses(seen<Ingress>(ingresses), ingressClasses.items) : []
}

/** The door of ingress-nginx; none where no Ingress of its own has the host. */
export function atIngress(question: Question, facts: RoutingFacts): readonly DoorExplanation[] {
  const own = ownIngresses(facts)
  const asked = own.filter(ingress => hasHost(ingress, question.host))
  const resolution = nginxTable(nginxConfiguration(own))(question)
  if (asked.length === 0 && resolution.is === 'no-backend') return []
  const answering = resolution.is === 'routed' ? [resolution.location.ingress, resolution.canary?.ingress] : []
  const candidates = [...new Set([...asked.map(fullName), ...answering.flatMap(name => name ?? [])])]
  return [
    {
      gateways: ['ingress-nginx'],
      namespace: asked[0]?.metadata.namespace ?? 'default',
      port: 80,
      scheme: 'http',
      domain: question.host,
      candidates: candidates.map(name => ({
        object: `Ingress ${name}`,
        hosts: [question.host],
        role: answering.includes(name) ? 'answers' : 'asked',
        why: answering.includes(name) ? whyAnswers(name, resolution, own) : 'has the host, and none of its paths is the closest',
      })),
      entries: [],
      answer:
        resolution.is === 'routed'
          ? { is: 'routed', destinations: destinationsOf(resolution, facts) }
          : { is: 'answered', status: 404, says: 'the host is known, and no path takes the request' },
      effects: [],
    },
  ]
}

export function hasHost({ spec }: Ingress, host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  return (spec.rules ?? []).some(rule => rule.host !== undefined && isSubsetOf(name, rule.host.toLowerCase()))
}

function fullName({ metadata: { namespace = 'default', name } }: Ingress): string {
  return `${namespace}/${name}`
}

type Routed = Extract<NginxResolution, { is: 'routed' }>

function whyAnswers(name: string, resolution: NginxResolution, own: readonly Ingress[]): string {
  if (resolution.is !== 'routed') return ''
  const { location, canary } = resolution
  if (canary?.ingress === name) return `is the canary of its Service, chosen by ${canary.by}${headerRoutesText(name, canary, own)}`
  return `its path ${location.path} (${location.pathType}) is the closest`
}

/** Which header routes of a run may have chosen it: ingress-nginx knows them as one. */
function headerRoutesText(name: string, { by }: { readonly by: string }, own: readonly Ingress[]): string {
  const canary = by === 'weight' ? undefined : own.find(ingress => fullName(ingress) === name)
  const names = canary ? readHeaderRoutes(canary).routes.map(each => each.name) : []
  return names.length === 0 ? '' : ` (header route ${names.join(', ')})`
}

/** Without endpoints the canary gets nothing; without endpoints of the main Service everybody gets 503, the canary's share too. */
function destinationsOf({ location, canary }: Routed, facts: RoutingFacts): ReachedDestination[] {
  const main = reached(location.upstream, facts)
  if (!canary) return [{ ...main, share: 1 }]
  const other = reached(canary.upstream, facts)
  const share = main.gets.is === 'error' || other.gets.is === 'error' ? 0 : canary.share
  return [
    { ...main, share: 1 - share },
    { ...other, share },
  ]
}

/** No DestinationRule counts for it: ingress-nginx is in no mesh. */
function reached({ namespace, service, port }: NginxUpstream, facts: RoutingFacts): ReachedDestination {
  const host = expandHost(service, namespace)
  const object = facts.services.items.find(each => hostOf(each) === host)
  const number = typeof port === 'number' ? port : (portsNamed(object).get(port) ?? 0)
  return reach({ host, port: number, share: 1 }, { namespace, labels: {} }, { ...facts, destinationRules: { items: [] } })
}
