import { NoAnswer, type Address, type HttpAnswer, type HttpRequest } from './http.ts'

/** What runs in a pod: an application, an istiod, a gateway. */
export interface Program {
  answer(request: HttpRequest, port: number): Promise<HttpAnswer>
  /** Resolves when the program can take requests; left out: as soon as it runs. */
  ready?(): Promise<void>
  /** The process has ended: timers and connections go. */
  end?(): void
}

/** The way to a running program. It is closed once. */
export interface Line {
  /** Rejects with NoAnswer where the program is gone before it has answered. */
  send(request: HttpRequest, port: number, signal?: AbortSignal): Promise<HttpAnswer>
  /** Refuses new requests; resolves when those under way are answered. */
  drain(): Promise<void>
  /** Refuses new requests and resets those under way. */
  cut(): void
}

/** Opens a line to a program at an address of the pod network. */
export type OpenLine = (program: Program, ip: string) => Promise<Line>

/** A line of plain function calls: no sockets, and time only where the program takes some. */
export function openCall(program: Program, ip: string): Promise<Line> {
  const underWay = new Set<() => void>()
  let open = true
  let drained: (() => void) | undefined
  return Promise.resolve({
    send(request, port, signal) {
      const address: Address = { ip, port }
      if (!open) return Promise.reject(new NoAnswer(address, 'refused'))
      return new Promise<HttpAnswer>((resolve, reject) => {
        const stop = (): void => reset(signal?.reason as Error)
        const finish = (): void => {
          underWay.delete(cutOff)
          signal?.removeEventListener('abort', stop)
          if (underWay.size === 0) drained?.()
        }
        const reset = (error: Error): void => (finish(), reject(error))
        const cutOff = (): void => reset(new NoAnswer(address, 'reset'))
        underWay.add(cutOff)
        if (signal?.aborted) return stop()
        signal?.addEventListener('abort', stop, { once: true })
        program.answer(request, port).then(answer => (finish(), resolve(answer)), reset)
      })
    },
    drain() {
      open = false
      return underWay.size === 0 ? Promise.resolve() : new Promise(resolve => (drained = resolve))
    },
    cut() {
      open = false
      for (const cutOff of underWay) cutOff()
    },
  } satisfies Line)
}
