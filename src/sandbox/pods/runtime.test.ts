import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, systemClock, VirtualClock, type Clock, type KubernetesObject } from '#base/index.ts'
import { usualBehaviour, type Behaviour } from './behaviour.ts'
import { answeredPath, behaviourPath, readyPath } from './application.ts'
import type { HttpAnswer, HttpRequest, NoAnswer } from './http.ts'
import { PodRuntime, type RuntimeOptions } from './runtime.ts'

const address = { ip: '10.244.0.1', port: 8080 }
const get = (path = '/'): HttpRequest => ({ method: 'GET', path, headers: { host: 'cart' } })

const pod = (name: string, version = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels: { app: 'cart' } },
  spec: { containers: [{ name: 'app', image: `acme/cart:${version}` }] },
})

const bodyOf = ({ body }: HttpAnswer): unknown => JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
const opened: PodRuntime[] = []
afterEach(() => opened.splice(0).forEach(runtime => runtime.close()))

function open(transport: RuntimeOptions['transport'], clock: Clock, usual: Partial<Behaviour> = {}): PodRuntime {
  const runtime = new PodRuntime({
    clock,
    random: seededRandom(1),
    usual: { ...usualBehaviour, latency: 0, ...usual },
    transport,
    programFor: () => undefined,
  })
  opened.push(runtime)
  return runtime
}

for (const transport of ['calls', 'sockets'] as const)
  describe(`pods by ${transport}`, () => {
    it('answer with app, version and name', async () => {
      const runtime = open(transport, systemClock)
      await runtime.start(pod('cart-1', '1.4.0'), address.ip)
      const answer = await runtime.send(address, get('/any/path'))
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({ 'x-version': '1.4.0', 'x-pod': 'cart-1', 'content-type': 'application/json' })
      expect(bodyOf(answer)).toEqual({ app: 'cart', version: '1.4.0', pod: 'cart-1' })
      expect(bodyOf(await runtime.send(address, get(answeredPath)))).toEqual({ answered: 1 })
    })

    it('refuse before they start and after they have stopped, and their address never answers for another', async () => {
      const runtime = open(transport, systemClock)
      await expect(runtime.send(address, get())).rejects.toMatchObject({ reason: 'refused' })
      await runtime.start(pod('cart-1'), address.ip)
      await runtime.send(address, get())
      await runtime.stop('uid-cart-1', 1000)
      await runtime.start(pod('cart-2'), '10.244.0.2')
      await expect(runtime.send(address, get())).rejects.toMatchObject({ reason: 'refused' })
      expect((await runtime.send({ ...address, ip: '10.244.0.2' }, get())).headers['x-pod']).toBe('cart-2')
    })

    it('that end at once reset what they were answering; those that end gracefully finish it', async () => {
      for (const [stops, outcome] of [
        ['at-once', 'reset'],
        ['gracefully', 200],
      ] as const) {
        let begun = (): void => {}
        const underWay = new Promise<void>(resolve => (begun = resolve))
        // The application takes its latency from the clock: so the clock knows when it has begun to answer.
        const clock: Clock = { now: systemClock.now, after: (delay, act) => (begun(), systemClock.after(delay, act)) }
        const runtime = open(transport, clock, { stops, latency: 50 })
        await runtime.start(pod('cart-1'), address.ip)
        const asked = runtime.send(address, get()).then(
          ({ status }) => status,
          (error: NoAnswer) => error.reason,
        )
        await underWay
        const stopped = runtime.stop('uid-cart-1', 5000)
        await expect(runtime.send(address, get())).rejects.toMatchObject({ reason: 'refused' })
        await stopped
        expect(await asked).toBe(outcome)
      }
    })

    it('can be told to fail, by a switch and over HTTP', async () => {
      const runtime = open(transport, systemClock)
      await runtime.start(pod('cart-1'), address.ip)
      runtime.disturb(one => one.metadata.name === 'cart-1', { errors: 100 })
      expect((await runtime.send(address, get())).status).toBe(500)
      const told = await runtime.send(address, {
        ...get(behaviourPath),
        method: 'POST',
        body: JSON.stringify({ errors: 0, latency: '1ms' }),
      })
      expect(bodyOf(told)).toMatchObject({ errors: 0, latency: 1 })
      expect((await runtime.send(address, get())).status).toBe(200)
      const wrong = await runtime.send(address, { ...get(behaviourPath), method: 'POST', body: 'nonsense' })
      expect(wrong.status).toBe(400)
    })

    it('stop waiting for an answer when the caller does', async () => {
      const runtime = open(transport, systemClock, { latency: 60_000 })
      await runtime.start(pod('cart-1'), address.ip)
      const caller = new AbortController()
      const asked = runtime.send(address, get(), caller.signal)
      caller.abort(new Error('gone'))
      await expect(asked).rejects.toThrow('gone')
    })
  })

describe('pods under a virtual clock', () => {
  it('take their latency from the clock, and fail for their share of requests, the same ones for a seed', async () => {
    const shares = await Promise.all(
      [1, 1].map(async () => {
        const clock = new VirtualClock()
        const runtime = open('calls', clock, { latency: 40 })
        await runtime.start(pod('cart-1', '2-bad'), address.ip)
        const begun = clock.now()
        const answers = await clock.runUntil(Promise.all(Array.from({ length: 200 }, () => runtime.send(address, get()))))
        expect(clock.now() - begun).toBe(40)
        return answers.map(({ status }) => status)
      }),
    )
    expect(shares[0]).toEqual(shares[1])
    expect(shares[0]!.filter(status => status === 500).length).toBeGreaterThan(70)
    expect(shares[0]!.filter(status => status === 500).length).toBeLessThan(130)
  })

  it('say when they are ready, and follow an annotation that comes later', async () => {
    const clock = new VirtualClock()
    const runtime = open('calls', clock, { readyAfter: 1000 })
    await runtime.start(pod('cart-1'), address.ip)
    const status = async (path: string): Promise<number> => (await runtime.send(address, get(path))).status
    expect(await status(readyPath)).toBe(503)
    await clock.advance(1000)
    expect(await status(readyPath)).toBe(200)
    const heard: string[] = []
    runtime.onNews(({ type }) => heard.push(type))
    const annotated = { ...pod('cart-1'), metadata: { ...pod('cart-1').metadata, annotations: { 'sandbox.sluice.dev/errors': '100' } } }
    runtime.refresh(annotated)
    runtime.refresh(annotated)
    expect(heard).toEqual(['disturbed'])
    expect(await status('/')).toBe(500)
  })

  it('crash after the time they are told, and say so', async () => {
    const clock = new VirtualClock()
    const runtime = open('calls', clock)
    const news: string[] = []
    runtime.onNews(({ type, uid }) => news.push(`${type} ${uid}`))
    await runtime.start(pod('cart-1', '2-crash'), address.ip)
    await clock.advance(101)
    expect(news).toEqual(['exited uid-cart-1'])
    await expect(runtime.send(address, get())).rejects.toMatchObject({ reason: 'refused' })
  })

  it('are killed at the end of their grace, however long they would still answer', async () => {
    const clock = new VirtualClock()
    const runtime = open('calls', clock, { stops: 'gracefully', latency: 60_000 })
    await runtime.start(pod('cart-1'), address.ip)
    const asked = runtime.send(address, get()).catch((error: NoAnswer) => error.reason)
    const begun = clock.now()
    await clock.runUntil(runtime.stop('uid-cart-1', 2000))
    expect(clock.now() - begun).toBe(2000)
    expect(await asked).toBe('reset')
  })
})
