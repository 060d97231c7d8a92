import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { analyzeDestinations, analyzeIstio } from './analyze.ts'

const of = (kind: string, name: string, spec: object, namespace = 'shop'): KubernetesObject => ({
  apiVersion: kind === 'Service' ? 'v1' : kind === 'Deployment' ? 'apps/v1' : 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace },
  spec,
})
const service = of('Service', 'cart', { selector: { app: 'cart' }, ports: [{ port: 80 }] })
const workload = of('Deployment', 'cart', { template: { metadata: { labels: { app: 'cart', version: 'v1' } } } })
const rule = of('DestinationRule', 'cart', { host: 'cart', subsets: [{ name: 'v1', labels: { version: 'v1' } }] })
const route = (destination: object, more: object = {}): KubernetesObject =>
  of('VirtualService', 'cart', { hosts: ['shop.test'], http: [{ route: [{ destination }] }], ...more })
const gateway = (name: string, server: object, selector: object = { istio: 'ingressgateway' }): KubernetesObject =>
  of('Gateway', name, { selector, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'], ...server }] })

const messages = (...objects: readonly KubernetesObject[]): readonly string[] =>
  analyzeIstio({ objects }).map(({ code, path, missing }) => `${code} ${path}${missing ? ` without ${missing.kind}` : ''}`)
const host = 'spec.http[0].route[0].destination.host'

it('has nothing to say of a route whose host, subset, port and pods are there', () => {
  const to = { host: 'cart.shop.svc.cluster.local', subset: 'v1', port: { number: 80 } }
  expect(messages(service, workload, rule, route(to))).toEqual([])
})

describe('a destination', () => {
  it('has a Service or ServiceEntry behind it that its route may see', () => {
    expect(messages(service, route({ host: 'crat' }))).toEqual([`IST0101 ${host} without Service`])
    const entry = (exportTo: string[]) => of('ServiceEntry', 'api', { hosts: ['*.example.com'], exportTo }, 'other')
    expect(messages(entry(['*']), route({ host: 'api.example.com' }))).toEqual([])
    expect(messages(entry(['.']), route({ host: 'api.example.com' }))).toEqual([`IST0101 ${host} without Service`])
  })

  it('is no Service where only half of its full name is written, and that rests on nothing missing', () => {
    expect(messages(service, route({ host: 'cart.shop' }))).toEqual([`IST0101 ${host}`])
    expect(messages(service, route({ host: 'cart.shop.svc' }))).toEqual([`IST0101 ${host}`])
  })

  it('names a port of its Service, and one of several', () => {
    expect(messages(service, route({ host: 'cart', port: { number: 81 } }))).toEqual([
      'IST0101 spec.http[0].route[0].destination.port.number',
    ])
    const two = of('Service', 'cart', { ports: [{ port: 80 }, { port: 90 }] })
    expect(messages(two, route({ host: 'cart' }))).toEqual(['IST0112 spec.http[0].route[0].destination'])
  })

  it('names a subset that a rule for its host has; without any rule that rests on its absence', () => {
    const to = route({ host: 'cart', subset: 'v2' })
    expect(messages(service, workload, rule, to)).toEqual(['IST0101 spec.http[0].route[0].destination.subset'])
    expect(messages(service, to)).toEqual(['IST0101 spec.http[0].route[0].destination.subset without DestinationRule'])
  })

  it('may be a mirror', () => {
    const http = [{ route: [{ destination: { host: 'cart' } }], mirrors: [{ destination: { host: 'copy' } }] }]
    expect(messages(service, route({}, { http }))).toEqual(['IST0101 spec.http[0].mirrors[0].destination.host without Service'])
  })

  it('of a step to come is looked at like one in a route, but for the port that it inherits', () => {
    const two = of('Service', 'cart', { ports: [{ port: 80 }, { port: 90 }] })
    const destinations = [{ host: 'cart' }, { host: 'cart', subset: 'v2' }, { host: 'gone' }]
    const found = analyzeDestinations({ objects: [two, rule] }, destinations, 'shop')
    expect(found.map(({ index, code, missing }) => [index, code, missing?.kind])).toEqual([
      [1, 'IST0101', undefined],
      [2, 'IST0101', 'Service'],
    ])
  })
})

describe('a rule', () => {
  it('is for a host that is there, with subsets that choose pods of it', () => {
    expect(messages(rule)).toEqual(['IST0174 spec.host without Service'])
    const other = of('Deployment', 'cart', { template: { metadata: { labels: { app: 'cart', version: 'v9' } } } })
    expect(messages(service, other, rule)).toEqual(['IST0173 spec.subsets[0].labels without Pod'])
  })

  it('verifies the servers that it calls by TLS', () => {
    const tls = (trafficPolicy: object) => messages(service, of('DestinationRule', 'cart', { host: 'cart', trafficPolicy }))
    expect(tls({ tls: { mode: 'SIMPLE' } })).toEqual(['IST0128 spec.trafficPolicy.tls'])
    expect(tls({ tls: { mode: 'SIMPLE', caCertificates: '/ca.pem' } })).toEqual([])
    expect(tls({ portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'SIMPLE' } }] })).toEqual([
      'IST0129 spec.trafficPolicy.portLevelSettings[0].tls',
    ])
  })
})

describe('a gateway', () => {
  const at = (hosts: string[], gateways: string[]) => route({ host: 'cart' }, { hosts, gateways })

  it('that a route names is there and answers for one of its hosts', () => {
    const web = gateway('web', { hosts: ['*.shop.test'] })
    expect(messages(service, web, at(['a.shop.test', 'b.test'], ['web', 'shop/web']))).toEqual([])
    expect(messages(service, web, at(['b.test'], ['web']))).toEqual(['IST0132 spec.gateways[0]'])
    expect(messages(service, at(['b.test'], ['web']))).toEqual(['IST0101 spec.gateways[0] without Gateway'])
  })

  it('may be one of the Gateway API, or be kept for one namespace', () => {
    const api = { ...of('Gateway', 'web', { listeners: [{ name: 'http' }] }), apiVersion: 'gateway.networking.k8s.io/v1' }
    expect(messages(service, api, at(['b.test'], ['web']))).toEqual([])
    expect(messages(service, gateway('web', { hosts: ['other/*'] }), at(['b.test'], ['web']))).toEqual(['IST0132 spec.gateways[0]'])
    expect(messages(service, gateway('web', { hosts: ['./*'] }), at(['b.test'], ['web']))).toEqual([])
  })

  it('has pods, and ports that a Service before them has', () => {
    expect(messages(gateway('web', {}, { istio: 'typo' }))).toEqual(['IST0101 spec.selector without Pod'])
    const port = { number: 8004, name: 'http', protocol: 'HTTP' }
    expect(messages(gateway('web', { port }))).toEqual(['IST0162 spec.servers[0].port.number without Service'])
  })

  it('shares neither host and port nor certificate with another of the same pods', () => {
    expect(messages(gateway('a', { hosts: ['a.test'] }), gateway('b', { hosts: ['*.test'] }))).toEqual([
      'IST0145 spec.servers[0]',
      'IST0145 spec.servers[0]',
    ])
    expect(messages(gateway('a', { hosts: ['a.test'] }), gateway('b', { hosts: ['b.test'] }))).toEqual([])
    const port = { number: 443, name: 'https', protocol: 'HTTPS' }
    const secure = (name: string) => gateway(name, { port, hosts: [`${name}.test`], tls: { mode: 'SIMPLE', credentialName: 'c' } })
    expect(messages(secure('a'), secure('b'))).toEqual([
      'IST0138 spec.servers[0].tls.credentialName',
      'IST0138 spec.servers[0].tls.credentialName',
    ])
  })
})

it('a host stands in one VirtualService of the mesh', () => {
  const mesh = (name: string, more: object = {}) =>
    of('VirtualService', name, { hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart' } }] }], ...more })
  expect(messages(service, mesh('a'), mesh('b'))).toEqual(['IST0109 spec.hosts[0]', 'IST0109 spec.hosts[0]'])
  expect(messages(service, mesh('a'), mesh('b', { exportTo: ['.'] }))).toEqual(['IST0109 spec.hosts[0]'])
})

it('an object that istiod would refuse is told for that alone, and nothing is called missing that it might have been', () => {
  const refused = { ...rule, spec: { ...(rule.spec as object), host: '' } }
  expect(messages(service, workload, refused, route({ host: 'cart', subset: 'v1' }))).toEqual(['IST0106 spec.host'])
})
