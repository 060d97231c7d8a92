import type { KubernetesObject } from '#base/index.ts'
import type { Rules } from '../resource.ts'
import { gatewayType } from '../schema/tables.ts'
import { ageColumn, nameColumn, plainColumns, text, type Column } from '../table/column.ts'
import { customResource } from './define.ts'
import { checkRoute } from './gateway-api-rules.ts'

interface Resource extends KubernetesObject {
  readonly spec?: { readonly hostnames?: readonly string[]; readonly gatewayClassName?: string; readonly controllerName?: string }
  readonly status?: {
    readonly addresses?: readonly { readonly value?: string }[]
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

const asResource = (object: KubernetesObject): Resource => object as Resource

const condition = (type: string) => (object: KubernetesObject) =>
  asResource(object).status?.conditions?.find(one => one.type === type)?.status ?? ''

const resource = (
  kind: string,
  columns: readonly Column[],
  more: {
    readonly short?: string
    readonly plural?: string
    readonly versions?: readonly string[]
    readonly scope?: 'cluster'
    readonly status?: false
    readonly rules?: Rules
  } = {},
) => {
  const { versions = ['v1', 'v1beta1'], status, ...names } = more
  return customResource('gateway.networking.k8s.io', versions, {
    kind,
    ...names,
    categories: 'gateway-api',
    subresources: status === false ? [] : ['status'],
    type: () => gatewayType(kind),
    columns,
  })
}

const routeColumns: readonly Column[] = [
  nameColumn,
  text('Hostnames', object => {
    const { hostnames } = asResource(object).spec ?? {}
    return hostnames ? JSON.stringify(hostnames) : ''
  }),
  ageColumn,
]

export const gateways = resource(
  'Gateway',
  [
    nameColumn,
    text('Class', object => asResource(object).spec?.gatewayClassName ?? ''),
    text('Address', object => asResource(object).status?.addresses?.[0]?.value ?? ''),
    text('Programmed', condition('Programmed')),
    ageColumn,
  ],
  { short: 'gtw' },
)
export const gatewayClasses = resource(
  'GatewayClass',
  [
    nameColumn,
    text('Controller', object => asResource(object).spec?.controllerName ?? ''),
    text('Accepted', condition('Accepted')),
    ageColumn,
  ],
  { short: 'gc', plural: 'gatewayclasses', scope: 'cluster' },
)
export const grpcRoutes = resource('GRPCRoute', routeColumns, { versions: ['v1'], rules: { check: checkRoute } })
export const httpRoutes = resource('HTTPRoute', routeColumns, { rules: { check: checkRoute } })
export const referenceGrants = resource('ReferenceGrant', plainColumns, { short: 'refgrant', status: false })
