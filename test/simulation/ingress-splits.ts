import type { KubernetesObject } from '#base/index.ts'
import type { RouteRow } from '../system/traffic-ledger.ts'
import type { Asked } from './asked.ts'

const canary = 'nginx.ingress.kubernetes.io/canary'

/** Where the Ingresses of one application send a request: two Services, as far as there is a canary Ingress. */
export function ingressRowsFor(ingresses: readonly KubernetesObject[], asked: Asked): readonly RouteRow[] {
  const own = ingresses.filter(({ spec }) => hostsIn(spec).includes(asked.host))
  const main = own.find(({ metadata }) => metadata.annotations?.[canary] !== 'true')
  if (!main) return []
  const beside = own.find(({ metadata }) => metadata.annotations?.[canary] === 'true')
  const weight = beside ? shareOf(beside, asked) : 0
  return [{ name: serviceOf(main), weight: 100 - weight }, ...(beside ? [{ name: serviceOf(beside), weight }] : [])]
}

/** Percent. Whoever sends the header with its value is the canary's. */
function shareOf({ metadata: { annotations = {} } }: KubernetesObject, { headers = {} }: Asked): number {
  const header = annotations[`${canary}-by-header`]
  const value = header === undefined ? undefined : headers[header.toLowerCase()]
  if (value !== undefined && value === annotations[`${canary}-by-header-value`]) return 100
  return Number(annotations[`${canary}-weight`] ?? 0)
}

interface Spec {
  readonly rules?: readonly {
    readonly host?: string
    readonly http?: { readonly paths?: readonly { readonly backend: { readonly service?: { readonly name: string } } }[] }
  }[]
}

function hostsIn(spec: unknown): readonly string[] {
  return ((spec as Spec | undefined)?.rules ?? []).flatMap(({ host }) => host ?? [])
}

/** Every path of the application's Ingresses leads to one Service. */
function serviceOf({ spec }: KubernetesObject): string {
  return (spec as Spec).rules?.[0]?.http?.paths?.[0]?.backend.service?.name ?? ''
}
