import type { Clock, Random } from '#base/index.ts'
import { implement, openAgent, type Agent } from '#delegate/agent/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import {
  inspectRelease as inspect,
  openSessions,
  reachGoal as reach,
  watchRelease as watch,
  type ReleaseSurroundings,
} from '#delegate/release/index.ts'
import { changeObjects as change, giveBackObjects as giveBack, lookAtObjects as lookAt } from '#delegate/objects/index.ts'
import type { Fetch } from '#delegate/prometheus/index.ts'
import { openSettling } from '#delegate/settle/index.ts'
import type { ClusterRef, Release } from '#model/release/index.ts'
import { measureVersion as measure } from '#delegate/verification/index.ts'
import {
  changeObjects,
  giveBackObjects,
  inspectRelease,
  lookAtObjects,
  measureVersion,
  reachGoal,
  watchRelease,
  type TaskSource,
} from '#protocol/index.ts'

export interface DelegateOptions {
  /** For people, and for the record of who did what. */
  readonly name: string
  readonly selectors: readonly string[] | 'every'
  readonly source: TaskSource
  readonly clock: Clock
  readonly random: Random
  /** The cluster that a reference names; asked once per reference. */
  readonly cluster: (reference: ClusterRef) => Promise<Cluster>
  /** By which a Prometheus is asked; the global one where it is left out. */
  readonly fetch?: Fetch
  /** The source of tasks cannot be asked: for the log. It is tried again. */
  readonly onTrouble?: (error: unknown) => void
}

/** Opens a delegate: it takes tasks, gets there, and remembers nothing that it could not see again. */
export function openDelegate(options: DelegateOptions): Agent {
  const { clock, random } = options
  const clusters = new Map<string, Promise<Cluster>>()
  const settling = openSettling({ clock, random })
  const surroundings: ReleaseSurroundings = {
    clock,
    random,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    cluster(reference) {
      const key = JSON.stringify(reference)
      const known = clusters.get(key) ?? options.cluster(reference)
      clusters.set(key, known)
      // A cluster that could not be opened is tried again by the next task.
      known.catch(() => clusters.delete(key))
      return known
    },
    settle: (cluster, release, routes, signal) => settling.settle(cluster, release.settle, routes, signal),
  }
  const sessions = openSessions(surroundings)
  const agent = openAgent({
    ...options,
    implementations: [
      implement({ task: inspectRelease, run: (input, context) => inspect(input, context, surroundings) }),
      implement({
        task: reachGoal,
        run: (input, context) => reach(input, context, surroundings, sessions),
        fence: ({ release, number }) => ({ key: releaseKey(release), rank: number }),
      }),
      implement({
        task: lookAtObjects,
        run: async (input, context) => ({ before: (await lookAt(input, context, surroundings)).map(each => each.before) }),
      }),
      implement({
        task: changeObjects,
        run: (input, context) => change(input, context, surroundings),
        fence: ({ release, number }) => ({ key: releaseKey(release), rank: number }),
      }),
      implement({
        task: giveBackObjects,
        run: (input, context) => giveBack(input, context, surroundings),
        fence: ({ release, number }) => ({ key: releaseKey(release), rank: number }),
      }),
      implement({ task: measureVersion, run: (input, context) => measure(input, context, surroundings) }),
      implement({ task: watchRelease, run: (input, context) => watch(input, context, surroundings, sessions) }),
    ],
  })
  return {
    async close() {
      await agent.close()
      sessions.close()
      settling.close()
    },
  }
}

function releaseKey({ cluster, namespace, name }: Release): string {
  return JSON.stringify([cluster, namespace, name])
}
