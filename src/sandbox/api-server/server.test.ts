import { describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import { createApiServer } from './server.ts'
import type { WatchEvent } from './watch.ts'

const start = () => createApiServer({ clock: new VirtualClock(), random: seededRandom(1) })
const path = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
const turn = () => new Promise(resolve => setImmediate(resolve))

describe('an API server', () => {
  it('creates, reads, replaces and deletes', () => {
    const server = start()
    const created = server.handle({ method: 'POST', path, body: map('a', { k: '1' }) })
    expect(created.status).toBe(201)
    const { metadata } = created.body as KubernetesObject
    expect(server.handle({ method: 'GET', path: `${path}/a` }).body).toEqual(created.body)
    const put = server.handle({ method: 'PUT', path: `${path}/a`, body: { ...map('a', { k: '2' }), metadata } })
    expect(put.status).toBe(200)
    expect(server.handle({ method: 'PUT', path: `${path}/a`, body: { ...map('a', { k: '3' }), metadata } }).status).toBe(409)
    expect(server.handle({ method: 'DELETE', path: `${path}/a` }).status).toBe(200)
    expect(server.handle({ method: 'GET', path: `${path}/a` }).status).toBe(404)
  })

  it('tells watchers and controllers of every change, later and in order', async () => {
    const server = start()
    const watched: string[] = []
    const heard: string[] = []
    const watch = server.watch(
      { method: 'GET', path: `${path}?watch=1` },
      (event: WatchEvent) => watched.push(event.type),
      () => undefined,
    )
    const stop = server.objects.subscribe('configmaps', event => heard.push(event.type))
    server.objects.create('configmaps', { ...map('a'), metadata: { name: 'a', namespace: 'default' } }, { manager: 'm' })
    server.handle({ method: 'PATCH', path: `${path}/a`, contentType: 'application/merge-patch+json', body: { data: { x: 'y' } } })
    server.handle({ method: 'DELETE', path: `${path}/a` })
    expect(watched).toEqual([])
    await turn()
    expect(watched).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(heard).toEqual(watched)
    if ('stop' in watch) watch.stop()
    stop()
  })
})
