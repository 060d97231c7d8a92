import { describe, expect, it } from 'vitest'
import { createInProcessCluster, type Fault } from './cluster.ts'
import { configMaps, testServer } from './server-in-tests.ts'
import { failure } from './status.ts'
import type { WatchEvent } from './watch.ts'

const body = { metadata: { name: 'a' } }
const create = { method: 'POST', path: configMaps, contentType: 'application/json', body }
const get = { method: 'GET', path: `${configMaps}/a` }

function clusterWith(fault?: Fault) {
  const { api, clock } = testServer()
  let next = fault
  const faults = () => {
    const now = next
    next = undefined
    return now
  }
  return { api, clock, cluster: createInProcessCluster({ server: api, clock, faults }) }
}

describe('the server as a client in the same process sees it', () => {
  it('answers after the time there and back', async () => {
    const { api, clock } = testServer()
    const cluster = createInProcessCluster({ server: api, clock, latency: () => [30, 20] })
    const answer = cluster.request(create)
    await clock.advance(29)
    expect(api.objects.list('configmaps')).toHaveLength(0)
    await clock.advance(1)
    expect(api.objects.list('configmaps')).toHaveLength(1)
    const began = clock.now()
    expect((await clock.runUntil(answer)).status).toBe(201)
    expect(clock.now() - began).toBe(20)
  })

  it('loses requests before and answers after the write, and refuses as told', async () => {
    const error = new Error('connection reset')
    const lost = clusterWith({ is: 'lostRequest', error })
    await expect(lost.cluster.request(create)).rejects.toBe(error)
    expect((await lost.cluster.request(get)).status).toBe(404)
    const unanswered = clusterWith({ is: 'lostAnswer', error })
    await expect(unanswered.cluster.request(create)).rejects.toBe(error)
    expect((await unanswered.cluster.request(get)).status).toBe(200)
    const { status } = failure({ code: 429, message: 'slow down', reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } })
    const refusing = clusterWith({ is: 'refuse', response: { status: 429, headers: {}, body: status, warnings: [] } })
    expect((await refusing.cluster.request(create)).status).toBe(429)
  })

  it('ends requests and watches when their signal does', async () => {
    const { cluster, clock } = clusterWith()
    const stop = new AbortController()
    const events: WatchEvent[] = []
    const reading = (async () => {
      for await (const event of cluster.watch(`${configMaps}?watch=1`, stop.signal)) {
        events.push(event)
        stop.abort()
      }
    })()
    await cluster.request(create)
    await clock.runUntil(reading)
    expect(events).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'a' } } }])
    await expect(cluster.request(get, stop.signal)).rejects.toThrow('aborted')
  })

  it('drops watches when told, without a word', async () => {
    const { api, clock } = testServer()
    const cluster = createInProcessCluster({ server: api, clock, dropWatch: () => 5000 })
    const reading = (async () => {
      const events: WatchEvent[] = []
      for await (const event of cluster.watch(`${configMaps}?watch=1`)) events.push(event)
      return events
    })()
    const began = clock.now()
    expect(await clock.runUntil(reading)).toEqual([])
    expect(clock.now() - began).toBe(5000)
  })

  it('gives the refusal of a watch as an ERROR event', async () => {
    const { cluster } = clusterWith()
    for await (const event of cluster.watch(`${configMaps}?watch=1&resourceVersion=abc`)) {
      expect(event).toMatchObject({ type: 'ERROR', object: { code: 500 } })
    }
  })
})
