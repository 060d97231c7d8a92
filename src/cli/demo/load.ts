import { Agent, request } from 'node:http'

/** One request as its client saw it. Times in milliseconds since 1970. */
export interface Answered {
  readonly sent: number
  readonly answered: number
  readonly status: number
  /** The version that answered; undefined where no application pod did. */
  readonly version: string | undefined
}

/** Without an answer for so long (milliseconds), a request counts as lost. */
const PATIENCE = 10_000

export interface Load {
  /** Sends no more; resolves when the last answer is in or lost. */
  stop(): Promise<void>
}

/** Sends so many requests a second to the gateway, each independent of the others' answers, and tells of every one. */
export function startLoad(port: number, perSecond: number, tell: (answered: Answered) => void): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const pending = new Set<Promise<void>>()
  const send = (): void => {
    const one = ask(port, agent).then(tell)
    pending.add(one)
    void one.then(() => pending.delete(one))
  }
  const timer = setInterval(send, 1000 / perSecond)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      agent.destroy()
    },
  }
}

function ask(port: number, agent: Agent): Promise<Answered> {
  const sent = Date.now()
  return new Promise(resolve => {
    const lost = (): void => resolve({ sent, answered: Date.now(), status: 0, version: undefined })
    const asked = request(
      { host: '127.0.0.1', port, agent, path: '/', headers: { host: 'demo.example.com' }, timeout: PATIENCE },
      response => {
        const { 'x-version': version } = response.headers
        response.resume()
        response.once('end', () =>
          resolve({
            sent,
            answered: Date.now(),
            status: response.statusCode ?? 0,
            version: typeof version === 'string' ? version : undefined,
          }),
        )
        response.once('error', lost)
      },
    )
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.once('error', lost)
    asked.end()
  })
}
