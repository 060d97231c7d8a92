import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { exampleWorkflow, openPlane, pretend, step, workflowOf, type Plane } from '#control-plane/executions/pretended.contract.ts'
import { ExecutionView, FailureRecord, type StartExecution } from '#protocol/http/index.ts'
import { createApi } from './index.ts'

let plane: Plane
let api: OpenAPIHono
const stopped: string[] = []

beforeEach(() => {
  plane = openPlane(pretend())
  const view = {
    version: '0.1.0',
    pid: 1,
    folder: '/data',
    store: 'memory' as const,
    startedAt: '2026-01-01T00:00:00Z',
    log: '/data/host.log',
    running: 0,
  }
  api = createApi({ ...plane, host: { view: async () => view, stop: who => void stopped.push(who) } })
})
afterEach(() => plane.close())

const manifests = '{"objects":[],"versioned":[]}'
const hash = createHash('sha256').update(manifests).digest('hex')
const request = (more: Partial<StartExecution> = {}): StartExecution => ({
  key: 'one',
  workflow: exampleWorkflow(),
  manifests: { 'cart@eu': hash },
  contents: { [hash]: manifests },
  who: 'ada',
  ...more,
})

async function call(method: string, path: string, body?: unknown) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await api.request(path, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function start(more: Partial<StartExecution> = {}): Promise<string> {
  const { status, body } = await call('POST', '/executions', request(more))
  expect({ status, body }).toMatchObject({ status: 201 })
  await plane.clock.advance(60_000)
  return String(body['id'])
}

it('starts a run, shows it, and takes the approval that it waits for', async () => {
  const id = await start()
  expect(id).toMatch(/^[a-z2-9]{4}$/)

  const before = await call('GET', `/executions/${id}`)
  expect(ExecutionView.parse(before.body)).toMatchObject({ status: 'waiting', who: 'ada', waiting: { for: 'one of release-managers' } })

  const taken = await call('POST', `/executions/${id}/commands`, { do: 'approve', who: 'bob', why: 'looks good' })
  expect(taken).toEqual({ status: 202, body: { says: '"Look at the dashboard" is approved; next: Traffic Split 50 %' } })
  await plane.clock.advance(60_000)

  const after = await call('GET', `/executions/${id}`)
  expect(ExecutionView.parse(after.body)).toMatchObject({
    status: 'done',
    exit: 0,
    acts: [{ who: 'bob', did: 'approve', why: 'looks good' }],
  })
})

it('starts one run for one key, however often it is asked', async () => {
  const id = await start()

  expect(await call('POST', '/executions', request())).toEqual({ status: 200, body: { id, existed: true } })
})

it('refuses a second run of a release that is being released, saying who runs what since when', async () => {
  const id = await start()

  const { status, body } = await call('POST', '/executions', request({ key: 'two', who: 'bob' }))

  expect(status).toBe(409)
  expect(FailureRecord.parse(body)).toMatchObject({
    code: 'SL-EXECUTION-RELEASE-BUSY',
    message: `Release cart@eu: execution ${id} (canary, started by ada) has it since 2026-01-01T00:00:00.000Z: Look at the dashboard: waits for one of release-managers.`,
  })
})

it('lets a newer run start after one that failed', async () => {
  const id = await start()
  await call('POST', `/executions/${id}/commands`, { do: 'reject', who: 'bob' })
  await plane.clock.advance(60_000)

  expect((await call('POST', '/executions', request({ key: 'two' }))).status).toBe(201)
})

it.each([
  ['steps that move traffic where none is', { workflow: { ...exampleWorkflow(), strategy: 'rolling' } }, 'SL-EXECUTION-STEP-MISPLACED'],
  [
    'an unknown step type',
    { workflow: workflowOf({ name: 'P', sections: { deploy: [step('teleport', {})] } }) },
    'SL-EXECUTION-STEP-UNKNOWN',
  ],
  [
    'a wrong step input',
    { workflow: workflowOf({ name: 'P', sections: { deploy: [step('wait', { for: 'ever' })] } }) },
    'SL-EXECUTION-STEP-INPUT',
  ],
  ['manifests that were not sent', { contents: {} }, 'SL-EXECUTION-CONTENT-MISSING'],
  ['manifests that are not what their hash says', { contents: { [hash]: 'other' } }, 'SL-EXECUTION-CONTENT-MISSING'],
  [
    'several VirtualServices in one release',
    {
      workflow: workflowOf({
        name: 'P',
        sections: { a: ['x', 'y'].map(virtualService => step('trafficSplit', { virtualService, rows: [{ to: 'stable', weight: 100 }] })) },
      }),
    },
    'SL-APPLICATION-SEVERAL-VIRTUAL-SERVICES',
  ],
  ['a body that is no request', { workflow: 7 }, 'SL-HTTP-INPUT'],
])('refuses %s and starts nothing', async (_, more, code) => {
  const { status, body } = await call('POST', '/executions', request(more as Partial<StartExecution>))

  expect(status).toBe(400)
  expect(FailureRecord.parse(body)).toMatchObject({ code, blame: 'user' })
  expect((await call('GET', '/executions')).body).toEqual([])
})

it('tells all that is wrong with a definition at once', async () => {
  const workflow = workflowOf({ name: 'P', sections: { deploy: [step('teleport', {}), step('wait', {})] } })

  const { body } = await call('POST', '/executions', request({ workflow }))

  expect(body['message']).toMatch(/Step p\/deploy\/1: there is no step type teleport\. Step p\/deploy\/2: for: /)
})

it('answers an unknown execution with near misses, and an unknown path as such', async () => {
  const id = await start()

  const near = await call('GET', `/executions/${id.slice(0, 3)}x`)
  expect(near).toMatchObject({
    status: 404,
    body: { code: 'SL-EXECUTION-UNKNOWN', message: expect.stringContaining(`did you mean ${id}?`) },
  })
  expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'SL-HTTP-NO-ROUTE' } })
})

it.each([
  [{ do: 'answer', answer: 'retry', who: 'bob' }, 'SL-EXECUTION-NOTHING-WAITS'],
  [{ do: 'retry', who: 'bob' }, 'SL-EXECUTION-NOTHING-WAITS'],
  [{ do: 'resume', who: 'bob' }, 'SL-EXECUTION-NOTHING-WAITS'],
  [{ do: 'approve', step: 'canary/verify/9', who: 'bob' }, 'SL-EXECUTION-NOTHING-WAITS'],
])('refuses %j where nothing waits for it', async (command, code) => {
  const id = await start()

  expect(await call('POST', `/executions/${id}/commands`, command)).toMatchObject({ status: 409, body: { code } })
})

it('hears commands in the order in which it accepted them, even where nobody has taken the run up meanwhile', async () => {
  const id = await start()
  await plane.engine.close()
  const say = (command: string) => call('POST', `/executions/${id}/commands`, { do: command, who: 'bob' })

  expect(await say('resume')).toMatchObject({ status: 409, body: { code: 'SL-EXECUTION-NOTHING-WAITS' } })
  expect(await say('pause')).toMatchObject({ status: 202 })
  expect(await say('resume')).toMatchObject({ status: 202 })
  expect(await say('resume')).toMatchObject({ status: 409, body: { code: 'SL-EXECUTION-NOTHING-WAITS' } })
})

it('says what a rejection leads to', async () => {
  const id = await start()
  const say = (command: string) => call('POST', `/executions/${id}/commands`, { do: command, who: 'bob' })
  expect(await say('reject')).toEqual({
    status: 202,
    body: { says: '"Look at the dashboard" is rejected: way back of the whole workflow' },
  })
})

it('refuses every command once it has ended', async () => {
  const id = await start()
  await call('POST', `/executions/${id}/commands`, { do: 'abort', who: 'bob' })
  await plane.clock.advance(60_000)

  expect(await call('POST', `/executions/${id}/commands`, { do: 'abort', who: 'bob' })).toMatchObject({
    status: 409,
    body: { code: 'SL-EXECUTION-ENDED', message: `Execution ${id}: it has ended (returned).` },
  })
})

it('lists executions, newest first, and only the unfinished where that is asked', async () => {
  const first = await start()
  await call('POST', `/executions/${first}/commands`, { do: 'abort', who: 'bob' })
  await plane.clock.advance(60_000)
  const second = await start({ key: 'two' })

  const all = (await call('GET', '/executions')).body as unknown as { id: string; status: string }[]
  const unfinished = (await call('GET', '/executions?unfinished=true')).body as unknown as { id: string }[]

  expect(all.map(each => [each.id, each.status])).toEqual([
    [second, 'waiting'],
    [first, 'returned'],
  ])
  expect(unfinished.map(each => each.id)).toEqual([second])
})

it('streams lines and views live, from the line that the reader has, until the end', async () => {
  const id = await start()
  const log = (await call('GET', `/executions/${id}/log`)).body['lines'] as { seq: number }[]
  const last = log.at(-1)?.seq ?? 0

  const response = await api.request(`/executions/${id}/events`, { headers: { 'last-event-id': String(last) } })
  const text = response.text()
  await plane.clock.advance(10)
  await call('POST', `/executions/${id}/commands`, { do: 'abort', who: 'bob' })
  await plane.clock.advance(60_000)

  const events = (await text).trim().split('\n\n')
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(events[0]).toMatch(/^event: view\ndata: \{"view":\{"id"/)
  expect(events.find(event => event.startsWith('event: line'))).toContain('bob: abort')
  expect(events.at(-1)).toBe('event: end\ndata: {}')
  const ids = events.flatMap(event => /^id: (\d+)$/m.exec(event)?.[1] ?? []).map(Number)
  expect(Math.min(...ids)).toBeGreaterThan(last)
})

it('ends the host when it is asked to, after having answered', async () => {
  expect(await call('POST', '/host/stop', { who: 'ada' })).toMatchObject({ status: 202, body: { folder: '/data' } })
  expect(stopped).toEqual(['ada'])
})

it('describes itself as docs/openapi.json does (`npx vitest run src/control-plane/http -u` brings it up to date)', async () => {
  const { status, body } = await call('GET', '/openapi.json')

  expect(status).toBe(200)
  await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot('../../../docs/openapi.json')
})
