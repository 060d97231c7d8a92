import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base/index.ts'
import { hostClientAt, type HostClient } from '#cli/host-client/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { openHost } from '#host/host.ts'
import { prepareRun } from '#model/application/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { requestOf } from '#cli/request.ts'
import type { Figure } from './figure.ts'
import { canaryDocuments } from './canary-documents.ts'
import { cartManifests } from '../test/system/cart-world.ts'
import { openLiveCart } from './live-cart.ts'
import { median, milliseconds, percentile } from './statistics.ts'

/** Splits in the workflow, each one a step with one write: enough for a 99th percentile. */
const splits = 200

/** How long a step takes from its start in the journal to its first write at the API server, in one process: host, delegate, sandbox. */
export const firstWrite: Figure = {
  name: 'first-write',
  async measure() {
    const sandbox = await openLiveCart()
    const writes: number[] = []
    const cluster = noting(sandbox.cluster as unknown as Cluster, writes)
    const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
    const socket = join(folder, 'host.sock')
    const store = { ...memoryStore(systemClock), close: () => Promise.resolve() }
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const about = { version: 'bench', pid: process.pid, folder, store: 'memory' as const, log: '' }
    const options = { store, clock: systemClock, random: Math.random, cluster: async () => cluster, socket, idle: 600_000, log, about }
    const host = await openHost(options)
    try {
      const view = await run(hostClientAt(socket))
      const taken = startsOf(view).map(started => (writes.find(at => at >= started) ?? Infinity) - started)
      const p99 = percentile(taken, 0.99)
      const says = `p99 ${milliseconds(p99)}, median ${milliseconds(median(taken))} of ${taken.length} steps (memory store)`
      return [{ says, asked: '≤ 100 ms', ok: p99 <= 100 }, { says: `${milliseconds(lookOf(view))} for the look before the first step` }]
    } finally {
      host.stop('measured')
      await host.ended
      sandbox.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function noting(cluster: Cluster, writes: number[]): Cluster {
  return {
    ...cluster,
    request(request, signal) {
      if (request.method !== 'GET' && !/dryRun=All|\/selfsubject/.test(request.path)) writes.push(systemClock.now())
      return cluster.request(request, signal)
    },
  }
}

/** The whole execution, from the example's files with many splits. */
async function run(host: HostClient): Promise<ExecutionView> {
  const prepared = await prepareRun(files(), 'canary', { tag: '2.0.0' })
  const { id } = await host.start(requestOf(prepared))
  for await (const event of host.events(id)) if (event.type === 'end') break
  const view = await host.get(id)
  if (view.status !== 'done') throw new Error(`the measured execution ended ${view.status}: ${view.says}`)
  return view
}

/** A canary with many splits for what {@link openLiveCart} runs; settling and drain are set for the sandbox, which needs a tenth of a second. */
function files() {
  const steps = Array.from({ length: splits }, (_, index) => `trafficSplit: { canary: ${10 + (index % 2) * 10} }`)
  const manifests = cartManifests('1.0.0', 4).map(object => `---\n${JSON.stringify(object)}`)
  return [
    { path: 'sluice.yaml', text: canaryDocuments(steps) },
    { path: 'manifests/cart.yaml', text: manifests.join('\n') },
  ]
}

function lookOf({ around }: ExecutionView): number {
  const { started, ended } = around.find(step => step.type === 'look') ?? {}
  return started === undefined || ended === undefined ? NaN : Date.parse(ended) - Date.parse(started)
}

function startsOf(view: ExecutionView): readonly number[] {
  const steps = view.phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
  return steps.filter(step => step.type === 'trafficSplit').flatMap(step => (step.started === undefined ? [] : [Date.parse(step.started)]))
}
