import { expect } from 'vitest'
import { casesOf, type Case } from '../../../../test/cases.ts'
import { bySpecificity, hostsInCommon, hostsOverlap, isSubsetOf, mostSpecificMatch, serverHostsFor } from './host-match.ts'
import { expandHost } from './hosts.ts'
import { serviceDomains, type NamedService } from './service-domains.ts'

interface NameCase extends Case {
  readonly op: string
  readonly expected: unknown
  readonly host: string
  readonly meta: { readonly namespace?: string; readonly domain?: string }
  readonly a: string
  readonly b: string
  readonly in: readonly string[]
  readonly hosts: readonly string[]
  readonly namespace: string
  readonly candidates: readonly string[]
  readonly needle: string
  readonly service: {
    readonly hostname: string
    readonly meshExternal: boolean
    readonly defaultAddress?: string
    readonly attributes?: { readonly aliases?: readonly { readonly hostname: string }[] }
  }
  readonly port: number
  readonly proxyDNSDomain: string
}

const operations: Readonly<Record<string, (one: NameCase) => unknown>> = {
  resolveShortname: ({ host, meta }) => expandHost(host, meta.namespace ?? '', meta.domain ?? ''),
  hostMatches: ({ a, b }) => hostsOverlap(a, b),
  hostSubsetOf: ({ a, b }) => isSubsetOf(a, b),
  hostsIntersection: ({ a, b }) => hostsInCommon([...a], [...b]),
  gatewayHostsForNamespace: ({ hosts, namespace }) => serverHostsFor(hosts, namespace),
  moreSpecific: ({ a, b }) => bySpecificity(a, b) < 0 || (a === '' && b === ''),
  sortHosts: one => one.in.toSorted(bySpecificity),
  mostSpecificHostMatch: ({ needle, candidates }) => mostSpecificMatch(needle, candidates) ?? '',
  virtualHostDomains: ({ service, proxyDNSDomain }) => serviceDomains(named(service), proxyDNSDomain),
}

casesOf<NameCase>('names.json', {
  run(one) {
    const operation = operations[one.op]
    expect(operation, `an operation ${one.op}`).toBeDefined()
    expect(operation?.(one)).toEqual(one.expected)
  },
})

function named({ hostname, defaultAddress, attributes }: NameCase['service']): NamedService {
  return {
    hostname,
    aliases: (attributes?.aliases ?? []).map(alias => alias.hostname),
    addresses: defaultAddress === undefined ? [] : [defaultAddress],
  }
}
