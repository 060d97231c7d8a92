import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, systemClock, type KubernetesObject } from '#base/index.ts'
import { hostClientAt, type HostClient } from '#cli/host-client/index.ts'
import { requestOf } from '#cli/request.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import type { ApiRequest, Cluster } from '#delegate/kubernetes/index.ts'
import { openHost, type Host } from '#host/host.ts'
import { prepareRun, type SourceFile } from '#model/application/index.ts'
import { cartManifests } from '../test/system/cart-world.ts'
import { canaryDocuments } from './canary-documents.ts'
import type { Figure } from './figure.ts'
import { createObjects, openLiveSandbox } from './live-cart.ts'
import { median, milliseconds, percentile } from './statistics.ts'

/** Executions that run at the same time, each of a service of its own, all at 50 % in front of a question. */
const running = 200
/** Of them so many are aborted, one after the other: enough for a 99th percentile that is no maximum. */
const aborted = 100
/** So many are started at once: what a person or a pipeline does, and what keeps the set-up short. */
const together = 10

/** From the command until the API server has the route with everything on stable, while many others run: host, delegate and sandbox in one process. */
export const abort: Figure = {
  name: 'abort',
  async measure() {
    const sandbox = await openLiveSandbox()
    const names = Array.from({ length: running }, (_, index) => `app${index}`)
    await createObjects(
      sandbox,
      names.flatMap(name => manifestsOf(name)),
      running,
    )
    const home = new Map<string, number>()
    const host = await openMemoryHost(noting(sandbox.cluster as unknown as Cluster, home))
    try {
      const from = performance.now()
      const ids = await startAll(host.client, names)
      const setUp = (performance.now() - from) / 1000
      const taken: number[] = []
      for (const [name, id] of ids.slice(0, aborted)) taken.push(await abortOne(host.client, id, name, home))
      const p99 = percentile(taken, 0.99)
      const says = `p99 ${milliseconds(p99)}, median ${milliseconds(median(taken))} of ${aborted} aborts with ${running} executions under way`
      return [{ says, asked: '≤ 300 ms', ok: p99 <= 300 }, { says: `${setUp.toFixed(0)} s until all of them were at 50 % (memory store)` }]
    } finally {
      await host.close()
      sandbox.stop()
    }
  },
}

async function abortOne(host: HostClient, id: string, name: string, home: Map<string, number>): Promise<number> {
  home.delete(name)
  const from = performance.now()
  await host.command(id, { do: 'abort', now: false, who: 'bench' })
  while (!home.has(name)) await new Promise(resolve => setTimeout(resolve, 1))
  return (home.get(name) ?? Infinity) - from
}

/** Notes when the API server has answered the write that gives everything to stable, by the name of the application. */
function noting(cluster: Cluster, home: Map<string, number>): Cluster {
  return {
    ...cluster,
    async request(request, signal) {
      const answer = await cluster.request(request, signal)
      const name = answer.status < 300 ? aimOf(request, answer.body as KubernetesObject) : undefined
      if (name !== undefined && !home.has(name)) home.set(name, performance.now())
      return answer
    },
  }
}

function aimOf({ method, path }: ApiRequest, body: KubernetesObject): string | undefined {
  if (method !== 'PATCH' || !path.includes('/virtualservices/')) return undefined
  const { http } = body.spec as {
    readonly http: readonly { readonly route: readonly { destination: { subset?: string }; weight?: number }[] }[]
  }
  const canary = http[0]?.route.find(({ destination }) => destination.subset === 'canary')
  return (canary?.weight ?? 0) === 0 ? body.metadata.name.replace(/-.*/, '') : undefined
}

interface MemoryHost {
  readonly client: HostClient
  close(): Promise<void>
}

async function openMemoryHost(cluster: Cluster): Promise<MemoryHost> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const socket = join(folder, 'host.sock')
  const store = { ...memoryStore(systemClock), close: () => Promise.resolve() }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const about = { version: 'bench', pid: process.pid, folder, store: 'memory' as const, log: '' }
  const options = { store, clock: systemClock, random: seededRandom(3), socket, idle: 600_000, log, about }
  const host: Host = await openHost({ ...options, cluster: async () => cluster })
  return {
    client: hostClientAt(socket),
    async close() {
      host.stop('measured')
      await host.ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Every application's run, as far as its question. */
async function startAll(host: HostClient, names: readonly string[]): Promise<readonly (readonly [name: string, id: string])[]> {
  const waiting = [...names]
  const started: (readonly [string, string])[] = []
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { id } = await host.start(requestOf(await prepareRun(filesOf(name), 'canary', { tag: '2.0.0' })))
      await untilAsked(host, id)
      started.push([name, id])
    }
  }
  await Promise.all(Array.from({ length: together }, work))
  return started
}

async function untilAsked(host: HostClient, id: string): Promise<void> {
  const stop = new AbortController()
  for await (const event of host.events(id, undefined, stop.signal)) {
    if (event.type === 'end') break
    const { question } = await host.get(id)
    if (!question) continue
    stop.abort()
    return
  }
  const { status, says } = await host.get(id)
  throw new Error(`execution ${id} ended ${status}: ${says}`)
}

/** One pod, and a host of its own at the gateway. */
function manifestsOf(name: string): readonly KubernetesObject[] {
  const text = JSON.stringify(cartManifests('1.0.0', 1)).replaceAll('cart', name).replaceAll('test.com', `${name}.test`)
  return JSON.parse(text) as readonly KubernetesObject[]
}

const steps = ['trafficSplit: { canary: 50 }', 'approval: { groups: [bench] }']

function filesOf(name: string): readonly SourceFile[] {
  return [
    { path: 'sluice.yaml', text: canaryDocuments(steps).replaceAll('cart', name) },
    {
      path: 'manifests/all.yaml',
      text: manifestsOf(name)
        .map(object => `---\n${JSON.stringify(object)}`)
        .join('\n'),
    },
  ]
}
