import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { configMaps, messageOf, testServer, type TestServer } from './server-in-tests.ts'
import type { WatchEvent } from './watch.ts'

function watching(server: TestServer, query: string, accept?: string) {
  const events: WatchEvent[] = []
  const state = { ended: false }
  const path = `${configMaps}?watch=1&${query}`
  const begun = server.api.watch(
    { method: 'GET', path, accept },
    event => events.push(event),
    () => (state.ended = true),
  )
  if (!('stop' in begun)) throw new Error(messageOf(begun))
  const told = () => events.map(({ type, object }) => `${type} ${(object as KubernetesObject).metadata.name ?? ''}`.trim())
  return { events, state, told, stop: () => begun.stop() }
}
const turn = () => new Promise(resolve => setImmediate(resolve))
const add = (server: TestServer, name: string, metadata: object = {}) => server.create(configMaps, { metadata: { name, ...metadata } })

describe('a watch', () => {
  it('begins with what is there, or with everything after a version, deletions included', async () => {
    const server = testServer()
    const { resourceVersion } = add(server, 'a').metadata
    add(server, 'b')
    server.send('DELETE', `${configMaps}/a`)
    const fresh = watching(server, '')
    const since = watching(server, `resourceVersion=${resourceVersion}`)
    await turn()
    expect(fresh.told()).toEqual(['ADDED b'])
    expect(since.told()).toEqual(['ADDED b', 'DELETED a'])
    const { object } = since.events[1] ?? {}
    expect(Number((object as KubernetesObject).metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
  })

  it('marks the end of the initial events, also when there are none', async () => {
    const server = testServer()
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const empty = watching(server, query)
    await turn()
    expect(empty.events).toEqual([
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { resourceVersion: expect.any(String) as string, annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      },
    ])
    add(server, 'a')
    const full = watching(server, query)
    await turn()
    expect(full.told()).toEqual(['ADDED a', 'BOOKMARK'])
    expect(empty.told()).toEqual(['BOOKMARK', 'ADDED a'])
  })

  it('sends bookmarks about once a minute, and one before its timeout ends it', async () => {
    const server = testServer()
    const watch = watching(server, 'allowWatchBookmarks=true&timeoutSeconds=90')
    await server.clock.advance(89_000)
    expect(watch.told()).toEqual(['BOOKMARK'])
    await server.clock.advance(2000)
    expect([watch.told(), watch.state.ended]).toEqual([['BOOKMARK', 'BOOKMARK'], true])
  })

  it('is told of a version that is gone by one ERROR event', async () => {
    const server = testServer({ history: 2 })
    for (const name of 'abcdefgh') add(server, name)
    const watch = watching(server, 'resourceVersion=101')
    await turn()
    expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
    expect(watch.state.ended).toBe(true)
  })

  it('sees objects come into and leave its selection', async () => {
    const server = testServer()
    const watch = watching(server, 'labelSelector=t%3D1')
    add(server, 'a')
    const label = (t: string) => server.patch('merge', `${configMaps}/a`, { metadata: { labels: { t } } })
    label('1')
    server.patch('merge', `${configMaps}/a`, { data: { k: 'v' } })
    label('2')
    server.send('DELETE', `${configMaps}/a`)
    await turn()
    expect(watch.told()).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
  })

  it('hears nothing of writes that change nothing, of other namespaces, or after its end', async () => {
    const server = testServer()
    add(server, 'a')
    const watch = watching(server, 'resourceVersion=9999999')
    server.patch('merge', `${configMaps}/a`, { data: {} })
    server.create('/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'x' } })
    await turn()
    watch.stop()
    add(server, 'b')
    await turn()
    expect(watch.told()).toEqual([])
  })

  it('tells the columns of a table once', async () => {
    const server = testServer()
    add(server, 'a')
    add(server, 'b')
    const watch = watching(server, '', 'application/json;as=Table;v=v1;g=meta.k8s.io')
    await turn()
    expect(watch.events.map(({ object }) => (object as { columnDefinitions: unknown }).columnDefinitions !== null)).toEqual([true, false])
  })

  it.each([
    ['resourceVersion=abc', 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'],
    ['timeoutSeconds=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['resourceVersionMatch=Exact&resourceVersion=1', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
    ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
  ])('is refused with %s', (query, message) => {
    expect(() => watching(testServer(), query)).toThrow(message)
  })
})
