// 1. Requests are independent: a late answer delays no other request.
// 2. A request without an answer in time is told as unanswered, never left out.
import type { Clock } from '#base/index.ts'
import { json, text, type HttpAnswer, type Program } from '#sandbox/pods/index.ts'

/**
 * One request as its client saw it: when it was sent and answered (milliseconds since 1970), its status (0: there was no answer), and the
 * version that answered, by the header `x-version` (null: no pod of the application did).
 */
export type LoadAnswer = readonly [sent: number, answered: number, status: number, version: string | null]

/** What `GET /answers?from=N` gives: answers from the N-th on, in the order in which they came. */
export interface LoadPage {
  /** The generator's clock as it answers (milliseconds since 1970). */
  readonly now: number
  /** Where the next page begins. */
  readonly next: number
  readonly answers: readonly LoadAnswer[]
}

export interface LoadSettings {
  /** `http://istio-ingressgateway.istio-system.svc.cluster.local/` */
  readonly url: URL
  /** The Host header; undefined: that of the URL. */
  readonly host: string | undefined
  readonly perSecond: number
}

/** Sends one request. Rejects where there is no answer. */
export type SentRequest = (signal: AbortSignal) => Promise<{ readonly status: number; readonly version: string | undefined }>

/** Where the generator answers. */
export const LOAD_PORT = 8080

/** Milliseconds without an answer after which a request counts as unanswered. */
const PATIENCE = 10_000

/** So many answers fit into a page of some 200 kB. */
const PAGE = 5000

/** Reads the pod's environment: `LOAD_URL`, `LOAD_HOST`, `LOAD_PER_SECOND` (20). Undefined where there is no URL. */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): LoadSettings | undefined {
  const { LOAD_URL: url = '', LOAD_HOST: host, LOAD_PER_SECOND: perSecond } = environment
  return URL.canParse(url) ? { url: new URL(url), host, perSecond: Number(perSecond) || 20 } : undefined
}

/**
 * The generator. `POST /start` begins, `POST /stop` ends and answers when the last request is answered or given up, `POST /probe` sends one
 * request that is not counted, `GET /counts` sums up, `GET /answers?from=N` tells each.
 */
export function generateLoad(options: { readonly clock: Clock; readonly perSecond: number; readonly send: SentRequest }): Program {
  const { clock, perSecond } = options
  const answers: LoadAnswer[] = []
  const pending = new Set<Promise<unknown>>()
  let stop: (() => void) | undefined
  const start = (): void => {
    const begun = clock.now()
    let sent = 0
    const next = (): void => {
      const one = ask(options).then(answer => answers.push(answer))
      pending.add(one)
      void one.then(() => pending.delete(one))
      sent++
      // Counted from the beginning: a busy machine must not make it slower and slower.
      stop = clock.after(Math.max(0, begun + (sent * 1000) / perSecond - clock.now()), next)
    }
    next()
  }
  const end = (): void => {
    stop?.()
    stop = undefined
  }
  const ways: Readonly<Record<string, (query: URLSearchParams) => HttpAnswer | Promise<HttpAnswer>>> = {
    'GET /ready': () => text(200, 'ready\n'),
    'GET /counts': () => json(200, countsOf(answers)),
    'GET /answers': query => json(200, page(answers, Number(query.get('from') ?? 0), clock.now())),
    'POST /start': () => (stop ?? start(), text(200, 'sending\n')),
    'POST /stop': async () => (end(), await Promise.all(pending), text(200, 'stopped\n')),
    'POST /probe': async () => json(200, await ask(options)),
  }
  return {
    async answer({ method, path }) {
      const { pathname, searchParams } = new URL(path, 'http://load')
      return (await ways[`${method} ${pathname}`]?.(searchParams)) ?? text(404, `${Object.keys(ways).join('\n')}\n`)
    },
    end,
  }
}

async function ask({ clock, send }: { readonly clock: Clock; readonly send: SentRequest }): Promise<LoadAnswer> {
  const sent = clock.now()
  const patience = new AbortController()
  const cancel = clock.after(PATIENCE, () => patience.abort(new Error('no answer in time')))
  try {
    const { status, version } = await send(patience.signal)
    return [sent, clock.now(), status, version ?? null]
  } catch {
    return [sent, clock.now(), 0, null]
  } finally {
    cancel()
  }
}

function page(answers: readonly LoadAnswer[], from: number, now: number): LoadPage {
  const found = answers.slice(from, from + PAGE)
  return { now, next: from + found.length, answers: found }
}

function countsOf(answers: readonly LoadAnswer[]): object {
  const byVersion: Record<string, number> = {}
  for (const [, , , version] of answers) if (version !== null) byVersion[version] = (byVersion[version] ?? 0) + 1
  return { requests: answers.length, unanswered: answers.filter(([, , , version]) => version === null).length, byVersion }
}
