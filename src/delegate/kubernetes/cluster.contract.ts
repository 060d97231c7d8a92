import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, PodName, WatchEvent } from './cluster.ts'

/** A cluster under test, empty but for namespace `default`. */
export interface ContractCluster {
  readonly cluster: Cluster
  /** A pod whose HTTP server answers `GET /hello?x=1` with 200, header `x-pod: yes` and the body `hello x=1`, on this port. */
  readonly pod: PodName
  readonly port: number
  /** Awaits a promise, moving the clock where the cluster has a virtual one. */
  run<T>(promise: Promise<T>): Promise<T>
  close(): Promise<void>
}

const configMaps = '/api/v1/namespaces/default/configmaps'

const configMap = (name: string, data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

/** What every adapter of the Cluster port must do (cluster.ts). */
export function clusterContract(name: string, open: () => Promise<ContractCluster>): void {
  describe(`${name} is a Cluster`, () => {
    let at: ContractCluster
    beforeEach(async () => {
      at = await open()
    })
    afterEach(() => at.close())

    const create = (object: unknown) => at.run(at.cluster.request({ method: 'POST', path: configMaps, body: object }))

    it('has a name for people', () => {
      expect(at.cluster.name).not.toBe('')
    })

    it('sends a body as JSON and gives the answer parsed', async () => {
      const answer = await create(configMap('a', { k: 'v' }))
      expect(answer.status).toBe(201)
      expect(answer.body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { k: 'v' } })
      expect(answer.warnings).toEqual([])
    })

    it('sends the content type of a patch', async () => {
      await create(configMap('a', { k: 'v' }))
      const answer = await at.run(
        at.cluster.request({
          method: 'PATCH',
          path: `${configMaps}/a?fieldManager=contract`,
          contentType: 'application/json-patch+json',
          body: [{ op: 'add', path: '/data/more', value: 'w' }],
        }),
      )
      expect(answer.body).toMatchObject({ data: { k: 'v', more: 'w' } })
    })

    it('gives an error answer as an answer', async () => {
      const answer = await at.run(at.cluster.request({ method: 'GET', path: `${configMaps}/none` }))
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ kind: 'Status', reason: 'NotFound' })
    })

    it('gives a text answer as text', async () => {
      const answer = await at.run(at.cluster.request({ method: 'GET', path: '/nonsense' }))
      expect(answer.status).toBe(404)
      expect(String(answer.body)).toContain('404 page not found')
    })

    it('rejects with the reason of an aborted signal', async () => {
      const reason = new Error('enough')
      await expect(at.cluster.request({ method: 'GET', path: configMaps }, AbortSignal.abort(reason))).rejects.toBe(reason)
    })

    it('watches from a version on, in order', async () => {
      const list = await at.run(at.cluster.request({ method: 'GET', path: configMaps }))
      const { resourceVersion } = (list.body as { metadata: { resourceVersion: string } }).metadata
      const ending = new AbortController()
      const seen = collect(at.cluster.watch(`${configMaps}?watch=true&resourceVersion=${resourceVersion}`, ending.signal), ending, 3)
      await create(configMap('a', { k: 'v' }))
      await at.run(
        at.cluster.request({
          method: 'PATCH',
          path: `${configMaps}/a`,
          contentType: 'application/merge-patch+json',
          body: { data: { k: 'w' } },
        }),
      )
      await at.run(at.cluster.request({ method: 'DELETE', path: `${configMaps}/a` }))
      const events = await at.run(seen)
      expect(events.map(({ type, object }) => [type, object.metadata.name, (object as { data?: unknown }).data])).toEqual([
        ['ADDED', 'a', { k: 'v' }],
        ['MODIFIED', 'a', { k: 'w' }],
        ['DELETED', 'a', { k: 'w' }],
      ])
    })

    it('tells a watch that is refused as one ERROR event with the Status', async () => {
      const ending = new AbortController()
      const path = '/api/v1/namespaces/default/nothings?watch=true'
      const [event] = await at.run(collect(at.cluster.watch(path, ending.signal), ending, 1))
      expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 404 } })
    })

    it('ends a watch when its signal is aborted', async () => {
      const ending = new AbortController()
      const seen = collect(at.cluster.watch(`${configMaps}?watch=true`, ending.signal), ending, 2)
      await create(configMap('a', {}))
      ending.abort()
      expect((await at.run(seen)).length).toBeLessThanOrEqual(1)
    })

    it('speaks HTTP to a pod', async () => {
      const answer = await at.run(at.cluster.podHttp(at.pod, at.port, { path: '/hello?x=1' }))
      expect(answer).toMatchObject({ status: 200, body: 'hello x=1' })
      expect(answer.headers['x-pod']).toBe('yes')
    })

    it('speaks to a pod many times, one after the other and at once', async () => {
      const ask = () => at.cluster.podHttp(at.pod, at.port, { path: '/hello?x=1' })
      await at.run(ask())
      const answers = await at.run(Promise.all([ask(), ask(), ask()]))
      expect(answers.map(answer => answer.body)).toEqual(['hello x=1', 'hello x=1', 'hello x=1'])
    })

    it('fails, blamed on the world, when there is no such pod', async () => {
      const asked = at.cluster.podHttp({ namespace: 'default', name: 'none' }, at.port, { path: '/' })
      await expect(at.run(asked)).rejects.toMatchObject({ code: 'SL-KUBERNETES-POD-UNREACHABLE', blame: 'world' })
    })
  })
}

/** Reads `count` events, then ends the watch; fewer when it ends before. */
async function collect(watch: AsyncIterable<WatchEvent>, ending: AbortController, count: number): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = []
  try {
    for await (const event of watch) {
      events.push(event)
      if (events.length >= count) break
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error
  }
  ending.abort()
  return events
}
