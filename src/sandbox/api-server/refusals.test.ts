import { describe, expect, it } from 'vitest'
import { configMaps, deployment, deployments, messageOf, testServer, virtualService, virtualServices } from './server-in-tests.ts'

const server = testServer()
server.create(configMaps, { metadata: { name: 'a' }, data: { k: 'v' } })
server.create(deployments, deployment('d'))
server.create(virtualServices, virtualService('v', [['a']]))
const template = '/api/v1/namespaces/default/podtemplates'
server.create(template, { metadata: { name: 'p' }, template: { spec: { containers: [{ name: 'a', image: 'x' }] } } })

const json = 'application/json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const apply = 'application/apply-patch+yaml'

describe('what the API server refuses, in its own words', () => {
  it.each([
    [
      'POST',
      configMaps,
      json,
      undefined,
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      'POST',
      configMaps,
      json,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { k: 1 } },
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    ['POST', virtualServices, json, { metadata: { name: 'x' } }, 400, 'Object \'Kind\' is missing in \'{"metadata":{"name":"x"}}\''],
    ['POST', '/api/v1/namespaces/none/configmaps', json, { metadata: { name: 'x' } }, 404, 'namespaces "none" not found'],
    [
      'PATCH',
      `${configMaps}/a`,
      'application/json-patch+json',
      {},
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    ['PATCH', `${configMaps}/a`, json, {}, 415, '415: Unsupported Media Type'],
    [
      'PATCH',
      `${virtualServices}/v`,
      strategic,
      {},
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    ],
    [
      'PATCH',
      `${template}/p`,
      strategic,
      { template: 'x' },
      422,
      ' "" is invalid: patch: Invalid value: "map[template:x]": cannot restore struct from: string',
    ],
    [
      'PATCH',
      `${template}/p`,
      strategic,
      { template: { spec: { containers: 'x' } } },
      422,
      ' "" is invalid: patch: Invalid value: "map[template:map[spec:map[containers:x]]]": cannot restore slice from string',
    ],
    [
      'PATCH',
      `${template}/p`,
      merge,
      { template: { spec: { containers: [] } } },
      422,
      'PodTemplate "p" is invalid: template.spec.containers: Required value',
    ],
    [
      'PATCH',
      `${deployments}/d`,
      merge,
      { spec: { selector: { matchLabels: { app: 'z' } } } },
      422,
      'Deployment.apps "d" is invalid: [spec.selector: Invalid value: {"matchLabels":{"app":"z"}}: field is immutable, spec.template.metadata.labels: Invalid value: {"app":"d"}: `selector` does not match template `labels`]',
    ],
    [
      'PATCH',
      `${virtualServices}/v`,
      merge,
      { spec: { http: [{ timeout: '0s' }] } },
      422,
      'VirtualService.networking.istio.io "v" is invalid: spec.http[0].timeout: Invalid value: "0s": must be a valid duration greater than 1ms',
    ],
    [
      'PATCH',
      `${configMaps}/a?fieldManager=m`,
      apply,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, dat: {} },
      500,
      'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dat: field not declared in schema',
    ],
    [
      'PATCH',
      `${deployments}/none/status?fieldManager=m`,
      apply,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'none' } },
      404,
      'deployments.apps "none" not found',
    ],
    [
      'PUT',
      `${virtualServices}/v`,
      json,
      virtualService('v', [['b']]),
      422,
      'virtualservices.networking.istio.io "v" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ],
    ['GET', `${configMaps}?labelSelector=a==`, json, undefined, 200, ''],
    ['GET', '/apis/networking.istio.io/v9/virtualservices', json, undefined, 404, ''],
  ])('%s %s (%s)', (...row) => {
    const [method, path, contentType, body, status, message] = row
    const response = server.send(method, path, body, contentType)
    expect([response.status, message && messageOf(response)]).toEqual([status, message])
  })

  it('leaves what it refused as it was', () => {
    expect(server.get(`${configMaps}/a`)).toMatchObject({ data: { k: 'v' } })
    expect(server.get(`${deployments}/d`).metadata.generation).toBe(1)
  })
})
