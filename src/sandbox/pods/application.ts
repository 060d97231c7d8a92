import { sleep, parseDuration, type Clock, type Random } from '#base/index.ts'
import type { Behaviour } from './behaviour.ts'
import { json, text, type HttpAnswer, type HttpRequest } from './http.ts'
import type { Program } from './line.ts'

/** Who an application says it is. */
export interface ApplicationIdentity {
  readonly app: string
  readonly version: string
  readonly pod: string
}

/** Where an application can be told to fail: `POST` a Behaviour's fields as JSON, durations in milliseconds or as text. */
export const behaviourPath = '/_sandbox/behaviour'

/** Where an application says whether it is ready: 200 or 503. */
export const readyPath = '/_sandbox/ready'

/** Where an application says how many requests of users it has answered: copies of a mirror too, whose answers nobody sees. */
export const answeredPath = '/_sandbox/answered'

interface Life {
  readonly clock: Clock
  /** When it began. */
  readonly since: number
  readonly random: Random
  /** Read before each answer, so that a switch acts at once. */
  readonly behaviour: () => Behaviour
  readonly disturb: (change: Partial<Behaviour>) => void
}

/** The sandbox's application: it answers every path with its version, as JSON and in the header `x-version`. */
export function application(identity: ApplicationIdentity, life: Life): Program {
  const headers = { 'x-version': identity.version, 'x-pod': identity.pod }
  const good = json(200, identity, headers)
  const bad = json(500, { ...identity, error: 'this version was told to fail' }, headers)
  let answered = 0
  return {
    async answer(request) {
      if (request.path === behaviourPath) return control(request, life)
      if (request.path === readyPath) return isReady(life) ? text(200, 'ready\n') : text(503, 'not ready\n')
      if (request.path === answeredPath) return json(200, { answered })
      answered++
      const { errors, latency } = life.behaviour()
      if (latency > 0) await sleep(life.clock, latency)
      return errors > 0 && life.random() * 100 < errors ? bad : good
    },
  }
}

function isReady({ clock, since, behaviour }: Life): boolean {
  const { readyAfter } = behaviour()
  return readyAfter !== 'never' && clock.now() - since >= readyAfter
}

function control(request: HttpRequest, life: Life): HttpAnswer {
  if (request.method === 'GET') return json(200, life.behaviour())
  const change = readChange(String(request.body ?? ''))
  if (!change) return text(400, `${behaviourPath}: send JSON like {"errors": 100, "latency": "200ms"}\n`)
  life.disturb(change)
  return json(200, life.behaviour())
}

function readChange(body: string): Partial<Behaviour> | undefined {
  try {
    const fields = JSON.parse(body) as Record<string, unknown>
    const change: Record<string, unknown> = {}
    for (const name of ['errors', 'latency', 'readyAfter', 'stops'] as const) {
      const value = fields[name]
      if (value !== undefined) change[name] = typeof value === 'string' ? (parseDuration(value) ?? value) : value
    }
    return change
  } catch {
    return undefined
  }
}
