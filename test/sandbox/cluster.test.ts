import { seededRandom, VirtualClock, type KubernetesObject } from '#base/index.ts'
import type { Cluster } from '#delegate/kubernetes/index.ts'
import { createSandbox, type Program } from '#sandbox/index.ts'
import { clusterContract } from '../../src/delegate/kubernetes/cluster.contract.ts'

const greeter: Program = {
  answer: ({ path }) => Promise.resolve({ status: 200, headers: { 'x-pod': 'yes' }, body: path.replace('/hello?', 'hello ') }),
}

clusterContract('the whole sandbox, in this process,', async () => {
  const clock = new VirtualClock()
  const sandbox = createSandbox({
    clock,
    random: seededRandom(1),
    programs: pod => (pod.metadata.name === 'greeter' ? greeter : undefined),
  })
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'greeter', namespace: 'default' },
    spec: { containers: [{ name: 'greeter', image: 'greeter' }] },
  }
  sandbox.apiServer.objects.create('pods', pod, { manager: 'test' })
  await clock.advance(2000)
  const cluster: Cluster = sandbox.cluster
  const close = (): Promise<void> => Promise.resolve(sandbox.stop())
  return { cluster, pod: { namespace: 'default', name: 'greeter' }, port: 8080, run: promise => clock.runUntil(promise), close }
})
