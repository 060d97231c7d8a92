import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { configMaps, messageOf, testServer, type TestServer } from './server-in-tests.ts'

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number }
  readonly items: readonly KubernetesObject[]
}

function withMaps(...names: string[]): TestServer {
  const server = testServer()
  for (const name of names) server.create(configMaps, { metadata: { name, labels: { odd: name < 'b' ? 'yes' : 'no' } } })
  return server
}
const list = (server: TestServer, query = '') => server.send('GET', `${configMaps}?${query}`).body as List
const names = ({ items }: List) => items.map(({ metadata }) => metadata.name)

describe('a list', () => {
  it('shows its pages as of one moment, whatever happens between them', () => {
    const server = withMaps('a', 'b', 'c')
    const first = list(server, 'limit=2')
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['a', 'b'], 1])
    server.send('DELETE', `${configMaps}/c`)
    server.create(configMaps, { metadata: { name: 'd' } })
    const second = list(server, `limit=2&continue=${first.metadata.continue}`)
    expect([names(second), second.metadata]).toEqual([['c'], { resourceVersion: first.metadata.resourceVersion }])
  })

  it('shows an older version exactly, as long as the history reaches it', () => {
    const server = withMaps('a')
    const { resourceVersion } = list(server).metadata
    server.create(configMaps, { metadata: { name: 'b' } })
    expect(names(list(server, `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`))).toEqual(['a'])
    expect(names(list(server, `resourceVersion=${resourceVersion}`))).toEqual(['a', 'b'])
    expect(server.send('GET', `${configMaps}?resourceVersion=1&resourceVersionMatch=Exact`).status).toBe(410)
  })

  it('chooses by labels and fields', () => {
    const server = withMaps('a', 'b', 'c')
    expect(names(list(server, 'labelSelector=odd%3Dyes'))).toEqual(['a'])
    expect(names(list(server, 'labelSelector=odd+in+(yes,no),odd!%3Dyes'))).toEqual(['b', 'c'])
    expect(names(list(server, 'labelSelector=!odd'))).toEqual([])
    expect(names(list(server, 'fieldSelector=metadata.name!%3Db'))).toEqual(['a', 'c'])
    expect(messageOf(server.send('GET', `${configMaps}?fieldSelector=data.k%3Dv`))).toBe(
      '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"',
    )
  })

  it('carries kinds in its items only of custom resources', () => {
    const server = withMaps('a')
    expect(list(server).items[0]).not.toHaveProperty('kind')
  })

  it('comes as a table, as metadata alone, or as YAML', () => {
    const { api } = withMaps('a')
    const as = (accept: string) => api.handle({ method: 'GET', path: configMaps, accept })
    expect(as('application/json;as=Table;v=v1;g=meta.k8s.io,application/json').body).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [{ cells: ['a', 0, '0s'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    })
    expect(as('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io').body).toMatchObject({ kind: 'PartialObjectMetadataList' })
    expect(as('application/yaml').body).toContain('kind: ConfigMapList')
    expect(as('application/vnd.kubernetes.protobuf').status).toBe(406)
  })
})
