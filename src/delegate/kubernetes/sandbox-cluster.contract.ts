import { VirtualClock, seededRandom, type Clock } from '#base/index.ts'
import { createApiServer, createInProcessCluster, type ApiServer, type InProcessClusterOptions } from '#sandbox/api-server/index.ts'
import type { Cluster, PodResponse } from './cluster.ts'
import { failures } from './failures.ts'

/** For tests: the sandbox's API server behind the port, in this process. Pods are functions. */
export function sandboxCluster(
  options: Partial<Omit<InProcessClusterOptions, 'server'>> & {
    readonly seed?: number
    readonly server?: ApiServer
    readonly history?: number
    readonly pod?: Cluster['podHttp']
  } = {},
): { readonly cluster: Cluster; readonly server: ApiServer; readonly clock: Clock & VirtualClock } {
  const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock()
  const { seed = 1, history, pod, server: given, ...rest } = options
  const random = seededRandom(seed)
  const server = given ?? createApiServer({ clock, random, ...(history === undefined ? {} : { history }) })
  const nobody = ({ namespace, name }: { namespace: string; name: string }, port: number): Promise<PodResponse> =>
    Promise.reject(failures.POD_UNREACHABLE({ cluster: 'sandbox', pod: `${namespace}/${name}`, port, reason: 'no such pod' }))
  const inProcess = createInProcessCluster({ ...rest, server, clock })
  return { clock, server, cluster: { name: 'sandbox', ...inProcess, podHttp: pod ?? nobody } as Cluster }
}
