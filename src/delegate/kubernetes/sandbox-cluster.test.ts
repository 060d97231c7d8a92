import type { PodRequest } from './cluster.ts'
import { clusterContract } from './cluster.contract.ts'
import { failures } from './failures.ts'
import { sandboxCluster } from './sandbox-cluster.contract.ts'

clusterContract('the API server of the sandbox, in this process,', async () => {
  const pod = { namespace: 'default', name: 'greeter' }
  const answer = async (name: { namespace: string; name: string }, port: number, { path }: PodRequest) => {
    if (name.name !== pod.name)
      throw failures.POD_UNREACHABLE({ cluster: 'sandbox', pod: `${name.namespace}/${name.name}`, port, reason: 'no such pod' })
    return { status: 200, headers: { 'x-pod': 'yes' }, body: path.replace('/hello?', 'hello ') }
  }
  const { cluster, clock } = sandboxCluster({ latency: () => [3, 4], pod: answer })
  return { cluster, pod, port: 8080, run: promise => clock.runUntil(promise), close: async () => undefined }
})
