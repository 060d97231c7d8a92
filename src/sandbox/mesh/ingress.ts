import { cutServer, listen, NoAnswer } from '#sandbox/pods/index.ts'
import { shown, type GatewayProxy } from './gateway-proxy.ts'

/** The load balancer in front of the gateways: one real port, every request to the next running gateway. */
export interface Ingress {
  readonly port: number
  close(): void
}

/** Opens the ingress port. It stands for port `gatewayPort` of the gateways. */
export async function openIngress(gateways: () => readonly GatewayProxy[], port: number, gatewayPort = 80): Promise<Ingress> {
  let turn = 0
  const { port: listening, server } = await listen(port, async request => {
    const running = gateways()
    const gateway = running[turn++ % running.length]
    if (!gateway) throw new NoAnswer({ ip: 'istio-ingressgateway', port: gatewayPort }, 'refused')
    return shown(await gateway.send(request, gatewayPort))
  })
  return { port: listening, close: () => cutServer(server) }
}
