import { cutServer, listen, NoAnswer, type HttpAnswer, type HttpRequest } from '#sandbox/pods/index.ts'

/** The load balancer in front of a data plane: one real port, every request to its next running pod. */
export interface Ingress {
  readonly port: number
  close(): void
}

/** A pod of a data plane, as a client outside meets it. */
export interface Front {
  answer(request: HttpRequest, port: number): Promise<HttpAnswer>
}

/** Opens a port of the machine that stands for port `frontPort` of the fronts. `name` is what refuses where none runs. */
export async function openIngress(name: string, fronts: () => readonly Front[], port: number, frontPort = 80): Promise<Ingress> {
  let turn = 0
  const { port: listening, server } = await listen(port, async request => {
    const running = fronts()
    const front = running[turn++ % running.length]
    if (!front) throw new NoAnswer({ ip: name, port: frontPort }, 'refused')
    return front.answer(request, frontPort)
  })
  return { port: listening, close: () => cutServer(server) }
}
