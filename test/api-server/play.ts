import { spawn } from 'node:child_process'
import { at, Comparison, withoutPath, withSortedManagers } from './compare.ts'
import type { Expectation, Scenario, Step, StepRequest } from './scenario.ts'

/** Where a scenario is played. */
export interface Stage {
  readonly url: string
  readonly namespace: string
  /** kubectl's arguments that say where the server is; the cache is fresh, for kubectl believes what it knows for hours. */
  readonly where: readonly string[]
  /** Runs kubectl on the server; undefined: there is none. */
  readonly kubectl: ((args: readonly string[], stdin: string) => Promise<{ exitCode: number; stdout: string; stderr: string }>) | undefined
  /** Milliseconds of a recorded pause that are really waited. */
  readonly patience: number
}

type Body = unknown

interface Open {
  readonly status: number
  readonly events: { readonly type: string; readonly object: unknown }[]
  readonly stop: () => void
}

interface Play {
  readonly stage: Stage
  readonly comparison: Comparison
  readonly answers: (Body | undefined)[]
  readonly watches: Map<string, Open>
}

/** Plays a scenario in its namespace; returns how its answers differ from the recorded ones. */
export async function play(stage: Stage, scenario: Scenario): Promise<readonly string[]> {
  const run: Play = { stage, comparison: new Comparison(stage.namespace), answers: [], watches: new Map() }
  await send(run, {
    method: 'POST',
    path: '/api/v1/namespaces',
    contentType: 'application/json',
    body: { metadata: { name: stage.namespace } },
  })
  try {
    for (const [index, step] of scenario.steps.entries()) {
      const wrong = await playStep(run, step)
      if (wrong.length > 0) return wrong.map(text => `step ${index + 1}: ${text}`)
    }
    return []
  } finally {
    for (const watch of run.watches.values()) watch.stop()
  }
}

function filled(run: Play, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => filled(run, item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [filled(run, key), filled(run, item)])) as unknown
  if (typeof value !== 'string') return value
  return value.replaceAll(/\{\{(ns|(\d+)\.([^}]+))\}\}/g, (_, name: string, step: string, path: string) =>
    name === 'ns' ? run.stage.namespace : String(at(run.answers[Number(step) - 1], path)),
  )
}

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly warning: string | null
  readonly body: Body
}

async function send({ stage }: Play, request: StepRequest): Promise<Answer> {
  const { method = 'GET', path = '', contentType, accept, headers = {}, body } = request
  const response = await fetch(`${stage.url}${path}`, {
    method,
    headers: {
      'user-agent': 'recorder/1',
      accept: accept ?? 'application/json',
      ...(contentType ? { 'content-type': contentType } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    contentType: type,
    warning: response.headers.get('warning'),
    body: type.includes('json') ? (JSON.parse(text) as unknown) : text,
  }
}

async function playStep(run: Play, { request: raw, expect }: Step): Promise<readonly string[]> {
  const request = filled(run, raw) as StepRequest
  const place = run.answers.push(undefined) - 1
  if (request.events !== undefined) return compareEvents(run, request, expect)
  if (request.kubectl) return compareKubectl(run, request, expect)
  if (request.sleep !== undefined) await pause(Math.min(request.sleep, run.stage.patience))
  if (request.watch !== undefined) await openWatch(run, request)
  if (request.sleep !== undefined || request.watch !== undefined) return []
  const answer = request.wait === undefined ? await send(run, request) : await waitFor(run, request)
  run.answers[place] = answer.body
  return compareAnswer(run, request, expect, answer)
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Longest wait for a state that a controller brings about, and how often it is looked at. */
const waitLimit = 15_000
const waitStep = 20

async function waitFor(run: Play, request: StepRequest): Promise<Answer> {
  const end = Date.now() + waitLimit
  for (;;) {
    const answer = await send(run, { ...request, method: 'GET', path: request.wait ?? '' })
    const there = Object.entries(request.until ?? {}).every(([path, value]) => at(answer.body, path) === value)
    const done = request.code === undefined ? there && answer.status === 200 : answer.status === request.code
    if (done || Date.now() > end) return answer
    await pause(waitStep)
  }
}

/** What of an answer is compared. */
function relevant(request: StepRequest, body: Body): Body {
  let made = withSortedManagers(body)
  if (request.pick) return Object.fromEntries(request.pick.map(path => [path, at(made, path)]))
  if (request.pickEach) {
    const items = at(made, 'items')
    const each = (item: unknown) => Object.fromEntries((request.pickEach ?? []).map(path => [path, at(item, path)]))
    return { kind: at(made, 'kind'), items: Array.isArray(items) ? sorted(request, items.map(each)) : items }
  }
  for (const path of request.omit ?? []) made = withoutPath(made, path.split('.'))
  return made
}

/** Of a loose comparison, lists stand in the order of their text. */
const sorted = ({ loose }: StepRequest, items: readonly unknown[]): readonly unknown[] =>
  loose ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items

function compareAnswer(run: Play, request: StepRequest, expect: Expectation, answer: Answer): readonly string[] {
  if (answer.status !== expect.status) return [`status ${answer.status} for ${expect.status}: ${JSON.stringify(answer.body).slice(0, 800)}`]
  for (const of of ['contentType', 'warning'] as const)
    if (expect[of] !== undefined && answer[of] !== expect[of]) return [`${of} ${answer[of]} for ${expect[of]}`]
  if (request.statusOnly || !('body' in expect)) return []
  return run.comparison.differences(withSortedManagers(expect.body), relevant(request, answer.body))
}

async function openWatch(run: Play, request: StepRequest): Promise<void> {
  const stop = new AbortController()
  const response = await fetch(`${run.stage.url}${request.watch}`, {
    signal: stop.signal,
    headers: { accept: request.accept ?? 'application/json' },
  })
  const open: Open = { status: response.status, events: [], stop: () => stop.abort() }
  run.watches.set(request.as ?? '', open)
  void readEvents(response, open)
}

async function readEvents(response: Response, open: Open): Promise<void> {
  let rest = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) open.events.push(JSON.parse(line) as Open['events'][number])
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error
  }
}

async function compareEvents(run: Play, request: StepRequest, expect: Expectation): Promise<readonly string[]> {
  const watch = run.watches.get(request.events ?? '')
  if (!watch) return [`no watch ${request.events}`]
  const end = Date.now() + waitLimit
  while (watch.events.length < (request.count ?? 0) && Date.now() < end) await pause(waitStep)
  watch.stop()
  if (request.bound || request.sum) return compareBounds(request, expect, watch)
  const events = watch.events.slice(0, request.count).map(({ type, object }) => ({ type, object: relevant(request, object) }))
  if (watch.status !== expect.status) return [`watch status ${watch.status} for ${expect.status}`]
  return run.comparison.differences(
    expect.events?.map(({ type, object }) => ({ type, object: withSortedManagers(object) })),
    events,
  )
}

function compareBounds(request: StepRequest, expect: Expectation, { events }: Open): readonly string[] {
  const text = (value: object): string => JSON.stringify(Object.entries(value).toSorted())
  const found = boundsOf(request, events)
  return text(found) === text(expect) ? [] : [`bounds ${text(found)} for ${text(expect)}`]
}

function boundsOf({ bound, sum, atLeast }: StepRequest, events: Open['events']): object {
  if (sum) return { path: sum, greatestSum: greatestSum(events, sum) }
  const values = events.map(({ object }) => Number(at(object, bound ?? '') ?? 0))
  if (atLeast !== undefined) return { path: bound, atLeast, holds: values.every(value => value >= atLeast) }
  return { path: bound, min: Math.min(...values), max: Math.max(...values) }
}

function greatestSum(events: Open['events'], path: string): number {
  const now = new Map<string, number>()
  let greatest = 0
  for (const { type, object } of events) {
    const name = String(at(object, 'metadata.name'))
    if (type === 'DELETED') now.delete(name)
    else now.set(name, Number(at(object, path) ?? 0))
    greatest = Math.max(
      greatest,
      [...now.values()].reduce((a, b) => a + b, 0),
    )
  }
  return greatest
}

/** Runs of blanks are two blanks, line ends are trimmed. */
const tidy = (text: string): string => text.replaceAll(/ {2,}/g, '  ').replaceAll(/ +$/gm, '')

function cut(request: StepRequest, text: string): string {
  const made = tidy(text)
  if (request.lastLine) return made.trimEnd().split('\n').at(-1) ?? ''
  if (request.cutAt) return made.split(request.cutAt)[0] ?? ''
  if (!request.sortLines) return made
  const named = request.loose
    ? made.replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<name>').replaceAll(/\b(\d+[smhd])+\b/g, '<age>')
    : made
  const hashed = named.replaceAll(/-[a-z0-9]{6,10}(?=-<name>| )/g, '-<hash>')
  return [...new Set((request.loose ? hashed : named).split('\n'))].toSorted().join('\n')
}

async function compareKubectl(run: Play, request: StepRequest, expect: Expectation): Promise<readonly string[]> {
  const { kubectl, namespace } = run.stage
  const args = request.kubectl ?? []
  if (!kubectl) return ['there is no kubectl']
  const done = await kubectl(['-n', namespace, ...args], request.stdin ?? '')
  const what = args.join(' ')
  if (done.exitCode !== expect.exitCode) return [`${what}: exit code ${done.exitCode} for ${expect.exitCode}: ${JSON.stringify(done)}`]
  return [
    ...compareOutput(run, request, expect.stdout ?? '', done.stdout, `${what}: stdout`),
    ...run.comparison.differences(expect.stderr ?? '', tidy(done.stderr), `${what}: stderr`),
  ]
}

function compareOutput(run: Play, request: StepRequest, expected: string, printed: string, path: string): readonly string[] {
  const text = cut(request, printed)
  if (!request.loose || !request.sortLines) return run.comparison.differences(tidy(expected), text, path)
  // Loose lines are compared as written: their placeholders have been put in on both sides.
  return text === expected ? [] : [`${path}: ${text}`]
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], stdin: string, env: NodeJS.ProcessEnv) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: 'pipe' })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += String(chunk)))
    child.stderr.on('data', chunk => (stderr += String(chunk)))
    child.on('error', reject)
    child.on('close', code => resolve({ exitCode: code ?? -1, stdout, stderr }))
    child.stdin.end(stdin)
  })
}
