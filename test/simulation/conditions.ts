import type { Random } from '#base/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import type { SandboxOptions } from '#sandbox/index.ts'
import type { Fault } from './faults.ts'
import { fork, isBehindNginx, type Script } from './script.ts'

/** What is part of the world from its beginning. */
export interface Conditions {
  /** Milliseconds after which the slowest proxy has what was written, while it is connected. */
  readonly late: number
  /** How arrival is known. */
  readonly settle: SettleSettings
  readonly options: Partial<SandboxOptions>
}

/** Milliseconds of propagation where nothing troubles it. */
const usualPropagation = 20
/** Milliseconds beyond propagation: the mesh's debounce, or the time between two looks of ingress-nginx and its workers' own rhythm. */
const besides = { mesh: 3500, nginx: 5000 }

/** How fast everything is, and how arrival is known. */
export function conditionsOf(script: Script, faults: readonly Fault[]): Conditions {
  const { shape, seed } = script
  const most = faults.reduce((sum, fault) => (fault.is === 'propagation' ? fault.most : sum), usualPropagation)
  const lag = faults.reduce((sum, fault) => (fault.is === 'laggingIstiod' ? fault.by : sum), 0)
  const unlisted = faults.reduce((sum, fault) => (fault.is === 'slowEndpoints' ? fault.by : sum), 0)
  const slow = faults.reduce((sum, fault) => (fault.is === 'slowPods' ? fault.readyAfter : sum), 1000)
  const nginx = isBehindNginx(shape)
  const late = 2 * most + lag + unlisted + (nginx ? besides.nginx : besides.mesh)
  const unseen = faults.some(({ is }) => is === 'disconnect' || is === 'brokenRoute' || is === 'laggingIstiod')
  const byTime = nginx || shape === 'blueGreenByService' || (script.settle === 'seconds' && !unseen)
  const delay = delays(fork(seed, 5), most)
  return {
    late,
    settle: byTime ? { mode: 'seconds', shift: late, removal: late } : { mode: 'acknowledged' },
    options: {
      pods: { readyAfter: slow },
      ...(unlisted > 0 ? { pace: { endpoints: endpointsPace(fork(seed, 1013), unlisted) } } : {}),
      ...(nginx ? nginxOptions(script, delay) : {}),
      mesh: nginx ? {} : meshOptions(script, lag, delay),
    },
  }
}

/** A queue that is behind stays so: whatever changes waits for most of it. */
function endpointsPace(random: Random, most: number): () => number {
  return () => Math.round(most * (0.7 + 0.3 * random()))
}

/** A part that one thing always takes at one proxy, and a part by chance. */
function delays(random: Random, most: number): (what: string) => number {
  const base = new Map<string, number>()
  return what => {
    const usual = base.get(what) ?? random() * most * 0.7
    base.set(what, usual)
    return Math.round(usual + random() * most * 0.3)
  }
}

function meshOptions({ gateways }: Script, lag: number, delay: (what: string) => number): NonNullable<SandboxOptions['mesh']> {
  return {
    gateways,
    propagation: ({ type, proxy }) => delay(`${type}/${proxy}`),
    // Longer than Istio's default: the delegate may then ask seldom, and still sees what it needs to see.
    debounce: { after: 1000, max: 2000 },
    ...(lag > 0 ? { istiods: 2, readDelay: istiod => (istiod.charCodeAt(istiod.length - 1) % 2 ? lag : 5) } : {}),
  }
}

/** Several pods, each of which looks and follows in a rhythm of its own; between two looks are the 3.3 s of the real one. */
function nginxOptions({ gateways, seed }: Script, delay: (what: string) => number): Pick<SandboxOptions, 'nginx'> {
  const worker = fork(seed, 9)
  return {
    nginx: {
      replicas: gateways + 1,
      syncDelay: pod => delay(`sync/${pod}`),
      workerDelay: pod => Math.round(worker() * 1000) + delay(`worker/${pod}`),
      reloadDelay: pod => 100 + Math.round(worker() * 200) + delay(`worker/${pod}`),
    },
  }
}
