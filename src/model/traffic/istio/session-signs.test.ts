import { expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { sessionSigns } from './session-signs.ts'

const metadata = { name: 'cart' }
const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec }) as KubernetesObject
const rule = (spec: object) =>
  ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec: { host: 'cart-svc', ...spec } }) as KubernetesObject
const hash = (consistentHash: object) => ({ loadBalancer: { consistentHash } })
const route = (entry: object) =>
  ({ apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService', metadata, spec: { http: [{}, entry] } }) as KubernetesObject

const balancer = 'trafficPolicy.loadBalancer.consistentHash'
const response = (how: 'set' | 'add', name: string) => ({ headers: { response: { [how]: { [name]: 'a=b' } } } })

it.each<[string, KubernetesObject, readonly string[]]>([
  ['a Service that keeps clients', service({ sessionAffinity: 'ClientIP' }), ['spec.sessionAffinity']],
  ['a Service that does not', service({ sessionAffinity: 'None' }), []],
  ['a Service of another API', { ...service({ sessionAffinity: 'ClientIP' }), apiVersion: 'serving.knative.dev/v1' }, []],
  ['a hash of a cookie', rule({ trafficPolicy: hash({ httpCookie: { name: 'user', ttl: '0s' } }) }), [`spec.${balancer}.httpCookie`]],
  ['a hash of the Cookie header', rule({ trafficPolicy: hash({ httpHeaderName: 'Cookie' }) }), [`spec.${balancer}.httpHeaderName`]],
  ['a hash of the source', rule({ trafficPolicy: hash({ useSourceIp: true }) }), [`spec.${balancer}.useSourceIp`]],
  ['a hash of another header, for shards', rule({ trafficPolicy: hash({ httpHeaderName: 'x-shard' }) }), []],
  [
    'a hash of one port',
    rule({ trafficPolicy: { portLevelSettings: [{}, hash({ httpCookie: {} })] } }),
    [`spec.trafficPolicy.portLevelSettings[1].loadBalancer.consistentHash.httpCookie`],
  ],
  [
    'a hash of one subset',
    rule({ subsets: [{ name: 'v1', trafficPolicy: hash({ httpCookie: {} }) }] }),
    [`spec.subsets[0].${balancer}.httpCookie`],
  ],
  ['an entry for a cookie', route({ match: [{}, { headers: { cookie: { regex: 'beta' } } }] }), ['spec.http[1].match[1].headers.cookie']],
  ['an entry that gives a cookie out', route(response('add', 'Set-Cookie')), ['spec.http[1].headers.response.add.Set-Cookie']],
  [
    'a row that gives a cookie out',
    route({ route: [{ destination: { host: 'a' }, ...response('set', 'set-cookie') }] }),
    ['spec.http[1].route[0].headers.response.set.set-cookie'],
  ],
  ['an entry for another header', route({ match: [{ headers: { 'x-beta': { exact: 'yes' } } }] }), []],
  ['an object without a spec', { apiVersion: 'v1', kind: 'ConfigMap', metadata }, []],
])('sees sessions in %s', (_, object, paths) => expect(sessionSigns(object).map(sign => sign.path)).toEqual(paths))
