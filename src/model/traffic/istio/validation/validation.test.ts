import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { durationProblem, parseGoDuration } from './duration.ts'
import { pathParts } from './findings.ts'
import { validateIstio } from './validate-istio.ts'

const object = (kind: string, spec: unknown, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'cart', namespace: 'shop', ...metadata },
  spec,
})
const route = [{ destination: { host: 'cart' } }]
const http = (entry: object, spec: object = {}): KubernetesObject =>
  object('VirtualService', { hosts: ['cart'], http: [{ route, ...entry }], ...spec })
const match = (part: object): KubernetesObject => http({ match: [part] }, { gateways: ['shop/web'] })
const rule = (spec: object): KubernetesObject => object('DestinationRule', { host: 'cart', ...spec })
const policy = (trafficPolicy: object): KubernetesObject => rule({ trafficPolicy })
const gateway = (server: object): KubernetesObject =>
  object('Gateway', {
    servers: [
      {
        port: { number: 443, name: 'web', protocol: 'HTTPS' },
        hosts: ['shop.test'],
        tls: { mode: 'SIMPLE', credentialName: 'x' },
        ...server,
      },
    ],
  })

const errors = (of: KubernetesObject): readonly string[] => validateIstio(of).errors.map(({ path }) => path)
const warnings = (of: KubernetesObject): readonly string[] => validateIstio(of).warnings.map(({ path }) => path)

describe('the schema', () => {
  it.each<[string, KubernetesObject, readonly string[]]>([
    ['a wrong type', http({ timeout: 5 }), ['spec.http[0].timeout']],
    ['a text for a number', http({ route: [{ destination: { host: 'cart' }, weight: '50' }] }), ['spec.http[0].route[0].weight']],
    ['a broken number', http({ route: [{ destination: { host: 'cart' }, weight: 0.5 }] }), ['spec.http[0].route[0].weight']],
    ['a number that does not fit', http({ route: [{ destination: { host: 'cart' }, weight: 2 ** 31 }] }), ['spec.http[0].route[0].weight']],
    ['an object for a list', object('VirtualService', { hosts: 'cart', http: {} }), ['spec.hosts', 'spec.http']],
    ['a missing field', http({ route: [{ destination: {} }] }), ['spec.http[0].route[0].destination.host']],
    ['two of a choice', match({ uri: { exact: '/', prefix: '/' } }), ['spec.http[0].match[0].uri']],
    ['a duration of nothing', http({ timeout: '0s' }), ['spec.http[0].timeout']],
    ['no duration', http({ timeout: 'soon' }), ['spec.http[0].timeout']],
    ['an unknown word', policy({ loadBalancer: { simple: 'FASTEST' } }), ['spec.trafficPolicy.loadBalancer.simple']],
    [
      'no base64',
      http({ route: undefined, directResponse: { status: 200, body: { bytes: '%' } } }),
      ['spec.http[0].directResponse.body.bytes'],
    ],
    ['a null in a list', match({ gateways: [null] }), ['spec.http[0].match[0].gateways[0]']],
    ['a null in a map', rule({ subsets: [{ name: 'a', labels: { v: null } }] }), ['spec.subsets[0].labels["v"]']],
    ['too few and too many items', gateway({ tls: { mode: 'SIMPLE', credentialNames: [] } }), ['spec.servers[0].tls.credentialNames']],
    [
      'a limit',
      policy({ loadBalancer: { warmup: { duration: '1s', minimumPercent: 101 } } }),
      ['spec.trafficPolicy.loadBalancer.warmup.minimumPercent'],
    ],
  ])('refuses %s', (_, wrong, paths) => {
    expect(errors(wrong)).toEqual(expect.arrayContaining([...paths]))
    expect(validateIstio(wrong).errors.find(({ path }) => path === paths[0])?.by).toBe('schema')
  })

  it('takes a field that is null for absent, and tells of fields that it does not know', () => {
    const right = http({ match: null, timeout: null, timout: '5s' })
    expect(errors(right)).toEqual([])
    expect(warnings(right)).toEqual(['spec.http[0].timout'])
  })
})

describe('what may not stand around the spec', () => {
  it.each([
    'istio.io/dry-run',
    'internal.istio.io/webhook-always-reject',
    'internal.istio.io/parents',
    'internal.istio.io/parent-namespace',
  ])('annotation %s', name => {
    expect(errors(object('DestinationRule', { host: 'cart' }, { annotations: { [name]: 'x' } }))).toEqual(['metadata.annotations'])
  })

  it('other fields than those of every object', () => {
    expect(errors({ ...http({}), data: {} })).toEqual(['data'])
    expect(errors(object('ConfigMap', undefined))).toEqual([])
    expect(errors({ ...object('DestinationRule', undefined), apiVersion: 'networking.istio.io/v1alpha3' })).toEqual(['spec.host'])
  })
})

describe('a VirtualService', () => {
  const wrong: readonly (readonly [string, KubernetesObject, string])[] = [
    [
      'two hosts that overlap',
      object('VirtualService', { hosts: ['a.test', '*.test'], gateways: ['g'], http: [{ route }] }),
      'spec.hosts[1]',
    ],
    ['everything in the mesh', object('VirtualService', { hosts: ['*'], gateways: ['mesh', 'g'], http: [{ route }] }), 'spec.hosts[0]'],
    ['a delegate with gateways', object('VirtualService', { gateways: ['g'], http: [{ route }] }), 'spec.gateways'],
    ['a gateway without a name', http({}, { gateways: ['istio-system/'] }), 'spec.gateways[0]'],
    ['a gateway in "."', http({}, { gateways: ['./web'] }), 'spec.gateways[0]'],
    ['an empty export', http({}, { exportTo: ['~'] }), 'spec.exportTo[0]'],
    [
      'claims in the mesh',
      http({ match: [{ withoutHeaders: { '@request.auth.claims[a][b]': {} } }] }),
      'spec.http[0].match[0].withoutHeaders["@request.auth.claims[a][b]"]',
    ],
    ['a header without a name', match({ headers: { '': {} } }), 'spec.http[0].match[0].headers[""]'],
    ['a star as an expression', match({ headers: { a: { regex: '*' } } }), 'spec.http[0].match[0].headers["a"].regex'],
    ['a long expression', match({ uri: { regex: 'a'.repeat(1025) } }), 'spec.http[0].match[0].uri.regex'],
    ['an expression that RE2 does not know', match({ uri: { regex: '(?=a)' } }), 'spec.http[0].match[0].uri.regex'],
    ['a port that is none', match({ port: 65_536 }), 'spec.http[0].match[0].port'],
    ['a label that is none', match({ sourceLabels: { 'a b': 'c' } }), 'spec.http[0].match[0].sourceLabels["a b"]'],
    ['a namespace that is none', match({ sourceNamespace: 'a.b' }), 'spec.http[0].match[0].sourceNamespace'],
    ['an answer and a route', http({ directResponse: { status: 200 } }), 'spec.http[0]'],
    ['two mirrors', http({ mirror: { host: 'a' }, mirrors: [{ destination: { host: 'b' } }] }), 'spec.http[0]'],
    ['a root that routes', http({ delegate: { name: 'x' } }), 'spec.http[0].route'],
    ['two rewrites', http({ rewrite: { uri: '/', uriRegexRewrite: { match: 'a', rewrite: 'b' } } }), 'spec.http[0].rewrite'],
    ['half a rewrite', http({ rewrite: { uriRegexRewrite: { match: 'a' } } }), 'spec.http[0].rewrite.uriRegexRewrite'],
    ['the authority twice', http({ rewrite: { authority: 'a' }, headers: { request: { add: { Host: 'b' } } } }), 'spec.http[0]'],
    ['a pseudo header', http({ headers: { request: { set: { ':path': 'b' } } } }), 'spec.http[0].headers.request.set[":path"]'],
    ['the host of a response', http({ headers: { response: { remove: ['Host'] } } }), 'spec.http[0].headers.response.remove[0]'],
    ['an open variable', http({ headers: { request: { set: { a: '%REQ(' } } } }), 'spec.http[0].headers.request.set["a"]'],
    ['a control character', http({ headers: { request: { set: { a: 'b\n' } } } }), 'spec.http[0].headers.request.set["a"]'],
    ['retries that are off', http({ retries: { attempts: 0, retryRemoteLocalities: false } }), 'spec.http[0].retries'],
    ['a reason with a space', http({ retries: { attempts: 1, retryOn: '5xx, reset' } }), 'spec.http[0].retries.retryOn'],
    ['an empty fault', http({ fault: {} }), 'spec.http[0].fault'],
    [
      'less than a millionth',
      http({ fault: { delay: { fixedDelay: '1s', percentage: { value: 0.00005 } } } }),
      'spec.http[0].fault.delay.percentage',
    ],
    ['HTTP/2 errors', http({ fault: { abort: { http2Error: 'x' } } }), 'spec.http[0].fault.abort.http2Error'],
    ['a method that is none', http({ corsPolicy: { allowMethods: ['get'] } }), 'spec.http[0].corsPolicy.allowMethods[0]'],
    ['half seconds of an age', http({ corsPolicy: { maxAge: '1.5s' } }), 'spec.http[0].corsPolicy.maxAge'],
    [
      'weights that turn around to 0',
      http({ route: [2 ** 31 - 1, 2 ** 31 - 1, 2].map(weight => ({ destination: { host: 'a' }, weight })) }),
      'spec.http[0].route',
    ],
    [
      'an SNI host of others',
      object('VirtualService', { hosts: ['a.test'], tls: [{ match: [{ sniHosts: ['b.test'] }], route }] }),
      'spec.tls[0].match[0].sniHosts[0]',
    ],
    ['tls without a match', object('VirtualService', { hosts: ['a.test'], tls: [{ match: [], route }] }), 'spec.tls[0].match'],
    [
      'a network that is none',
      object('VirtualService', { hosts: ['a'], tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/33'] }], route }] }),
      'spec.tcp[0].match[0].destinationSubnets[0]',
    ],
    ['tcp without a route', object('VirtualService', { hosts: ['a'], tcp: [{}] }), 'spec.tcp[0].route'],
  ]

  it.each(wrong)('is refused for %s', (_, service, path) => {
    expect(errors(service)).toContain(path)
  })

  it('may say all of this', () => {
    const everything = http(
      {
        name: 'all',
        match: [
          {
            uri: { regex: '/v[0-9]+' },
            headers: { ':authority': { prefix: 'a' } },
            withoutHeaders: { b: { regex: '*' }, c: null },
            queryParams: { d: {} },
          },
        ],
        headers: {
          request: { set: { a: '%REQ(x?y)% 100%%', b: '%DYNAMIC_METADATA(["a", "b"])%' } },
          response: { add: { c: '%HOSTNAME%' } },
        },
        retries: { attempts: 2, perTryTimeout: '1m30s', retryOn: '5xx,503,reset' },
        corsPolicy: { allowOrigins: [{ exact: 'https://a' }], exposeHeaders: ['*'], maxAge: '24h' },
      },
      { gateways: ['shop/web', 'public'], exportTo: ['.', 'front'] },
    )
    expect(validateIstio(everything)).toEqual({ errors: [], warnings: [] })
  })

  it('warns', () => {
    expect(warnings(http({ mirror: { host: 'a' }, mirrorPercent: 5 }))).toEqual(['spec.http[0].mirrorPercent'])
    expect(warnings(http({ fault: { abort: { percentage: { value: 1 } } } }))).toEqual(['spec.http[0].fault.abort'])
    expect(warnings(http({}, { gateways: ['web.istio-system.svc.cluster.local'] }))).toEqual(['spec.gateways[0]'])
    expect(warnings(object('VirtualService', { hosts: ['10.0.0.1'], tls: [{ match: [{ sniHosts: ['10.0.0.1'] }], route }] }))).toEqual([
      'spec.tls[0].match[0].sniHosts[0]',
    ])
  })
})

describe('a DestinationRule', () => {
  const locality = (localityLbSetting: object): KubernetesObject => policy({ loadBalancer: { localityLbSetting }, outlierDetection: {} })
  const distribute = (...from: readonly string[]): KubernetesObject =>
    locality({ distribute: from.map(each => ({ from: each, to: { a: 100 } })) })

  it.each<[string, KubernetesObject, string]>([
    ['two subsets of one name', rule({ subsets: [{ name: 'a' }, { name: 'a' }] }), 'spec.subsets[1].name'],
    ['a label that is none', rule({ subsets: [{ name: 'a', labels: { v: '-' } }] }), 'spec.subsets[0].labels["v"]'],
    ['an empty policy of a subset', rule({ subsets: [{ name: 'a', trafficPolicy: {} }] }), 'spec.subsets[0].trafficPolicy'],
    ['an empty policy of a port', policy({ portLevelSettings: [{ port: { number: 80 } }] }), 'spec.trafficPolicy.portLevelSettings[0]'],
    [
      'a policy without its port',
      policy({ portLevelSettings: [{ tls: { mode: 'DISABLE' } }] }),
      'spec.trafficPolicy.portLevelSettings[0].port',
    ],
    ['a tunnel and a proxy protocol', policy({ tunnel: { targetHost: 'a', targetPort: 1 }, proxyProtocol: {} }), 'spec.trafficPolicy'],
    [
      'a tunnel to nowhere',
      policy({ tunnel: { protocol: 'GET', targetHost: '_', targetPort: 0 } }),
      'spec.trafficPolicy.tunnel.targetHost',
    ],
    ['an empty pool', policy({ connectionPool: {} }), 'spec.trafficPolicy.connectionPool'],
    [
      'less than nothing',
      policy({ connectionPool: { tcp: { maxConnections: -1 } } }),
      'spec.trafficPolicy.connectionPool.tcp.maxConnections',
    ],
    [
      'half a keepalive',
      policy({ connectionPool: { http: { http2KeepAlive: { interval: '1s' } } } }),
      'spec.trafficPolicy.connectionPool.http.http2KeepAlive.timeout',
    ],
    [
      'a table that is no prime',
      policy({ loadBalancer: { consistentHash: { maglev: { tableSize: 15 } } } }),
      'spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize',
    ],
    [
      'a table that is too large',
      policy({ loadBalancer: { consistentHash: { maglev: { tableSize: 5_000_011 } } } }),
      'spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize',
    ],
    [
      'two ways to hash',
      policy({ loadBalancer: { consistentHash: { minimumRingSize: 1, ringHash: {} } } }),
      'spec.trafficPolicy.loadBalancer.consistentHash',
    ],
    ['both kinds of zones', policy({ loadBalancer: { localityLbSetting: {}, zoneAwareLbSetting: {} } }), 'spec.trafficPolicy.loadBalancer'],
    [
      'a warm-up that never rises',
      policy({ loadBalancer: { warmup: { duration: '1s', aggression: 0 } } }),
      'spec.trafficPolicy.loadBalancer.warmup.aggression',
    ],
    [
      'weights that are not 100',
      locality({ distribute: [{ from: 'a', to: { b: 99 } }] }),
      'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to',
    ],
    ['a star in the middle', distribute('a*b'), 'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute'],
    ['an empty zone', distribute('a//b'), 'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute'],
    ['a region and its zone', distribute('a', 'a/b'), 'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute'],
    ['a zone and its region', distribute('a/b/c', 'a'), 'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute'],
    ['everything and something', distribute('*', 'a'), 'spec.trafficPolicy.loadBalancer.localityLbSetting.distribute'],
    [
      'failing over to itself',
      locality({ failover: [{ from: 'a', to: 'a' }] }),
      'spec.trafficPolicy.loadBalancer.localityLbSetting.failover[0]',
    ],
    [
      'errors nobody counts',
      policy({ outlierDetection: { consecutiveLocalOriginFailures: 1 } }),
      'spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures',
    ],
    ['mutual TLS without a key', policy({ tls: { mode: 'MUTUAL', clientCertificate: 'x' } }), 'spec.trafficPolicy.tls.privateKey'],
    ['certificates twice', policy({ tls: { mode: 'SIMPLE', credentialName: 'x', caCertificates: 'y' } }), 'spec.trafficPolicy.tls'],
    [
      'certificates of others',
      policy({ tls: { mode: 'SIMPLE', credentialName: 'configmap://other/ca' } }),
      'spec.trafficPolicy.tls.credentialName',
    ],
    [
      'trust that is not checked',
      policy({ tls: { mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: [] } }),
      'spec.trafficPolicy.tls',
    ],
    ['a chosen client and the world', rule({ workloadSelector: { matchLabels: { a: 'b' } }, exportTo: ['*'] }), 'spec.exportTo'],
    ['a star in a label', rule({ workloadSelector: { matchLabels: { a: '*' } } }), 'spec.workloadSelector.matchLabels["a"]'],
    ['its own namespace twice', rule({ exportTo: ['.', 'shop'] }), 'spec.exportTo[1]'],
  ])('is refused for %s', (_, wrong, path) => {
    expect(errors(wrong)).toContain(path)
  })

  it('may name zones apart, its own ConfigMap, and switch a timeout off', () => {
    expect(errors(distribute('a/b', 'a/c', 'b/*'))).toEqual([])
    expect(
      errors(policy({ tls: { mode: 'SIMPLE', credentialName: 'configmap://shop/ca' }, connectionPool: { tcp: { idleTimeout: '0s' } } })),
    ).toEqual([])
    expect(errors(rule({ host: '*', workloadSelector: { matchLabels: { a: 'b' } }, exportTo: ['shop'] }))).toEqual([])
  })

  it('warns of its own policy, and not of those of its subsets', () => {
    const old = { outlierDetection: { consecutiveErrors: 5 } }
    expect(warnings(policy(old))).toEqual(['spec.trafficPolicy.outlierDetection.consecutiveErrors'])
    expect(warnings(rule({ subsets: [{ name: 'a', trafficPolicy: old }] }))).toEqual([])
    expect(warnings(rule({ workloadSelector: {} }))).toEqual(['spec.workloadSelector'])
  })
})

describe('a Gateway', () => {
  const http80 = { port: { number: 80, name: 'web', protocol: 'HTTP' } }

  it.each<[string, KubernetesObject, string]>([
    ['no server', object('Gateway', {}), 'spec.servers'],
    ['a dot in its name', object('Gateway', gateway({}).spec, { name: 'a.b' }), 'metadata.name'],
    ['a short host', gateway({ hosts: ['shop'] }), 'spec.servers[0].hosts[0]'],
    ['half a wildcard', gateway({ hosts: ['*shop.test'] }), 'spec.servers[0].hosts[0]'],
    ['no host', gateway({ hosts: [] }), 'spec.servers[0].hosts'],
    ['a namespace that is none', gateway({ hosts: ['~/a.test'] }), 'spec.servers[0].hosts[0]'],
    ['a protocol that is none', gateway({ port: { number: 1, name: 'a', protocol: 'SMTP' } }), 'spec.servers[0].port.protocol'],
    ['TLS without settings', gateway({ tls: undefined }), 'spec.servers[0].tls'],
    ['settings without TLS', gateway(http80), 'spec.servers[0].tls'],
    [
      'two sources of certificates',
      gateway({ tls: { mode: 'SIMPLE', credentialName: 'x', serverCertificate: 'a', privateKey: 'b' } }),
      'spec.servers[0].tls',
    ],
    [
      'mutual TLS without a CA',
      gateway({ tls: { mode: 'MUTUAL', serverCertificate: 'a', privateKey: 'b' } }),
      'spec.servers[0].tls.caCertificates',
    ],
    ['certificates that Istio brings', gateway({ tls: { mode: 'ISTIO_MUTUAL', privateKey: 'x' } }), 'spec.servers[0].tls'],
    ['a socket with a port', gateway({ bind: 'unix:///a' }), 'spec.servers[0].port.number'],
    ['a socket that is a folder', gateway({ bind: 'unix:///a/' }), 'spec.servers[0].bind'],
    ['an address that is none', gateway({ bind: 'here' }), 'spec.servers[0].bind'],
    ['a target port', gateway({ port: { number: 443, name: 'web', protocol: 'HTTPS', targetPort: 1 } }), 'spec.servers[0].port.targetPort'],
  ])('is refused for %s', (_, wrong, path) => {
    expect(errors(wrong)).toContain(path)
  })

  it('may redirect plain requests, and is freer where istiod made it', () => {
    expect(validateIstio(gateway({ ...http80, tls: { httpsRedirect: true } }))).toEqual({ errors: [], warnings: [] })
    const annotations = { 'internal.istio.io/gateway-semantics': 'gateway' }
    expect(errors(object('Gateway', gateway({ hosts: ['~/a.test'] }).spec, { name: 'a.b', annotations }))).toEqual([])
  })

  it('warns', () => {
    expect(warnings(gateway({ tls: { mode: 'SIMPLE', credentialName: 'x', httpsRedirect: true } }))).toEqual([
      'spec.servers[0].tls.httpsRedirect',
    ])
    expect(
      warnings(gateway({ tls: { mode: 'SIMPLE', credentialName: 'x', cipherSuites: ['NEW', 'AES128-SHA', 'AES128-SHA', '-OLD'] } })),
    ).toHaveLength(2)
    expect(warnings(gateway({ tls: { mode: 'PASSTHROUGH', credentialName: 'x', minProtocolVersion: 'TLSV1_0' } }))).toHaveLength(2)
  })
})

it.each([
  ['1h30m', 5_400_000_000_000n],
  ['2.5s', 2_500_000_000n],
  ['.5ms', 500_000n],
  ['1.s', 1_000_000_000n],
  ['-1us', -1000n],
  ['+1µs', 1000n],
  ['0', 0n],
  ['1d', undefined],
  ['1', undefined],
  ['', undefined],
  ['.s', undefined],
  ['9999999h', undefined],
])('reads the duration %s as %s ns', (text, nanoseconds) => {
  expect(parseGoDuration(text)).toBe(nanoseconds)
})

it('asks durations for whole milliseconds', () => {
  expect(durationProblem('1.5s')).toBeUndefined()
  expect(durationProblem('1.0001s')).toBe('only durations to the millisecond are supported')
  expect(durationProblem('1us')).toBe('duration must be at least 1ms')
})

it.each([
  ['spec.http[0].route[12].weight', ['spec', 'http', 0, 'route', 12, 'weight']],
  ['spec.http[0].headers.request.set["x.y"]', ['spec', 'http', 0, 'headers', 'request', 'set', 'x.y']],
  ['spec.subsets[0].labels["a\\"[0]"]', ['spec', 'subsets', 0, 'labels', 'a"[0]']],
])('takes the path %s apart', (path, parts) => {
  expect(pathParts(path)).toEqual(parts)
})
