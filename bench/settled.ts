import { seededRandom, sleep, systemClock, type KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { openSettling, type Settle } from '#delegate/settle/index.ts'
import type { Sandbox } from '#sandbox/index.ts'
import type { Figure, Line } from './figure.ts'
import { openLiveCart } from './live-cart.ts'
import { median, milliseconds } from './statistics.ts'

const shifts = 20
const resource = 'virtualservices.networking.istio.io'
const key = { namespace: 'shop', name: 'cart-virtualservice' }

/** Both forms of nonces: up to Istio 1.29 a push of endpoints alone reuses the last number, later every push counts. */
const versions = ['1.27.1', '1.30.0']

/** How long after the gateway routes by a changed split the delegate knows it, in real time. */
export const settled: Figure = {
  name: 'settled',
  async measure() {
    const lines: Line[] = []
    for (const version of versions) lines.push(await measureIn(version))
    return lines
  },
}

async function measureIn(version: string): Promise<Line> {
  const sandbox = await openLiveCart({ version })
  const settling = openSettling({ clock: systemClock, random: seededRandom(2) })
  const settle = await settling.settle(sandbox.cluster as unknown as Cluster, { mode: 'acknowledged' }, [])
  const late: number[] = []
  const took: number[] = []
  for (let shift = 0; shift < shifts; shift++) {
    const from = performance.now()
    const route = write(sandbox, `/${shift}`)
    settle.wrote(route)
    const [arrived, known] = await Promise.all([arrival(sandbox, `/${shift}`), acknowledgement(settle, route)])
    took.push(arrived - from)
    late.push(known - arrived)
  }
  settle.close()
  settling.close()
  sandbox.stop()
  const [worst, usual] = [Math.max(...late), median(late)]
  const says = `Istio ${version}: known ${milliseconds(usual)} after the gateway has it, at most ${milliseconds(worst)}; the mesh itself takes ${milliseconds(median(took))} (${shifts} changes)`
  return { says, asked: 'propagation + 50 ms', ok: usual <= 50 }
}

/** Changes the route: a prefix that can be told apart at the gateway. */
function write(sandbox: Sandbox, prefix: string): KubernetesObject {
  const route = [{ destination: { host: 'cart-svc' } }]
  const http = [{ match: [{ uri: { prefix } }], route }, { route }]
  return sandbox.apiServer.objects.patch(resource, key, { spec: { http } }, { manager: 'bench' })
}

/** When every gateway routes by the prefix. */
async function arrival(sandbox: Sandbox, prefix: string): Promise<number> {
  while (!sandbox.gateways().every(gateway => JSON.stringify(gateway.view.show().routes).includes(`"prefix":"${prefix}"`)))
    await sleep(systemClock, 1)
  return performance.now()
}

async function acknowledgement(settle: Settle, route: KubernetesObject): Promise<number> {
  for (;;) {
    const seen = await settle.look({ routes: [route], services: [] })
    if (seen.routes[0]?.reached === 'removal') return performance.now()
    await sleep(systemClock, Math.min(seen.nextLookIn, 1000))
  }
}
