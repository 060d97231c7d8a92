import type { KubernetesObject } from '#base/index.ts'
import { istioType } from '../schema/tables.ts'
import { ageColumn, nameColumn, plainColumns, text, type Column } from '../table/column.ts'
import { customResource } from './define.ts'

const categories = 'istio-io networking-istio-io'

const resource = (
  kind: string,
  short: string,
  columns: readonly Column[],
  more: { readonly plural?: string; readonly table?: string } = {},
) =>
  customResource('networking.istio.io', ['v1', 'v1beta1', 'v1alpha3'], {
    kind,
    ...(short ? { short } : {}),
    ...(more.plural ? { plural: more.plural } : {}),
    categories,
    subresources: ['status'],
    type: () => istioType(more.table ?? kind),
    columns,
  })

/** A value of the spec as a CRD's printer column shows it: text as it is, lists as JSON. */
const spec = (key: string) => (object: KubernetesObject) => {
  const value = (object.spec as Readonly<Record<string, unknown>> | undefined)?.[key]
  return value === undefined || typeof value === 'string' ? (value ?? '') : JSON.stringify(value)
}

export const virtualServices = resource('VirtualService', 'vs', [
  nameColumn,
  text('Gateways', spec('gateways')),
  text('Hosts', spec('hosts')),
  ageColumn,
])
export const destinationRules = resource('DestinationRule', 'dr', [nameColumn, text('Host', spec('host')), ageColumn])
export const istioGateways = resource('Gateway', 'gw', plainColumns, { table: 'IstioGateway' })
export const serviceEntries = resource(
  'ServiceEntry',
  'se',
  [nameColumn, text('Hosts', spec('hosts')), text('Location', spec('location')), text('Resolution', spec('resolution')), ageColumn],
  { plural: 'serviceentries' },
)
export const sidecars = resource('Sidecar', '', plainColumns)
