import { listen, type Listening } from '#sandbox/api-server/index.ts'
import { openIngress, type Ingress } from '#sandbox/mesh/index.ts'
import { cutServer, listen as listenPlainly, type SocketServer } from '#sandbox/pods/index.ts'
import { podProxy } from './pod-proxy.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export interface ServeOptions extends Omit<SandboxOptions, 'clock' | 'network'> {
  /** Ports on loopback; 0 or left out: any free one. */
  readonly apiPort?: number
  readonly gatewayPort?: number
  /** Of ingress-nginx, where it is installed. */
  readonly nginxPort?: number
  /** Of Prometheus, where it is installed. */
  readonly prometheusPort?: number
}

/** A sandbox with real sockets: an API server for kubectl, pods that are HTTP servers, a gateway port that routes. */
export interface ServedSandbox {
  readonly sandbox: Sandbox
  readonly apiPort: number
  readonly gatewayPort: number
  /** Of ingress-nginx; undefined where it is not installed. */
  readonly nginxPort: number | undefined
  /** Of Prometheus; undefined where it is not installed. */
  readonly prometheusPort: number | undefined
  /** Ends everything and frees the ports. */
  close(): Promise<void>
}

/** Starts a sandbox in real time. Resolves when its mesh is ready; rejects where a port is taken, and then leaves nothing behind. */
export async function serveSandbox(asked: ServeOptions): Promise<ServedSandbox> {
  const { apiPort = 0, gatewayPort = 0, nginxPort = 0, prometheusPort = 0, ...options } = asked
  const sandbox = createSandbox({ ...options, network: 'sockets' })
  let ingress: Ingress | undefined
  let nginx: Ingress | undefined
  let prometheus: SocketServer | undefined
  let api: Listening | undefined
  const close = async (): Promise<void> => {
    ingress?.close()
    nginx?.close()
    if (prometheus) cutServer(prometheus.server)
    await api?.close()
    sandbox.stop()
  }
  try {
    ingress = await openIngress('istio-ingressgateway', () => sandbox.gateways(), gatewayPort)
    if (options.nginx) nginx = await openIngress('ingress-nginx-controller', () => sandbox.nginx(), nginxPort)
    const scraped = sandbox.prometheus
    if (scraped) prometheus = await listenPlainly(prometheusPort, request => scraped.answer(request))
    api = await listen(sandbox.apiServer, { port: apiPort, divert: podProxy(sandbox.apiServer.objects, sandbox.cluster.podHttp) })
    await sandbox.start()
  } catch (error) {
    await close()
    throw error
  }
  return { sandbox, apiPort: api.port, gatewayPort: ingress.port, nginxPort: nginx?.port, prometheusPort: prometheus?.port, close }
}
