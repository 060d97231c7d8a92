import type { KubernetesObject } from '#base/index.ts'
import { ageColumn, nameColumn, text } from '../table/column.ts'
import { among, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[]
    readonly ports?: readonly { readonly port: number }[]
  }[]
}

interface EndpointSlice extends KubernetesObject {
  readonly addressType?: string
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null
  readonly ports?: readonly { readonly port?: number; readonly name?: string }[] | null
}

/** More of a list than this is cut: kubectl shows three. */
const shownItems = 3

function short(items: readonly string[], none = '<none>'): string {
  if (items.length === 0) return none
  const more = items.length - shownItems
  return `${items.slice(0, shownItems).join(',')}${more > 0 ? ` + ${more} more...` : ''}`
}

export const endpoints = builtIn('', {
  kind: 'Endpoints',
  plural: 'endpoints',
  short: 'ep',
  columns: [
    nameColumn,
    text('Endpoints', object => {
      const { subsets = [] } = object as Endpoints
      const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
        ports.length === 0 ? addresses.map(({ ip }) => ip) : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
      )
      return short(all)
    }),
    ageColumn,
  ],
})

export const endpointSlices = builtIn('discovery.k8s.io', {
  kind: 'EndpointSlice',
  generation: true,
  rules: {
    check: object => {
      const { addressType } = object as EndpointSlice
      return [
        ...when(!addressType, () => required('addressType')),
        ...among('addressType', addressType || undefined, ['FQDN', 'IPv4', 'IPv6']),
      ]
    },
  },
  columns: [
    nameColumn,
    text('AddressType', object => (object as EndpointSlice).addressType),
    text('Ports', object => short((object as EndpointSlice).ports?.map(({ port, name }) => String(port ?? name ?? '')) ?? [], '<unset>')),
    text('Endpoints', object => short((object as EndpointSlice).endpoints?.flatMap(({ addresses = [] }) => addresses) ?? [], '<unset>')),
    ageColumn,
  ],
})
