import { systemClock } from '#base/index.ts'
import { connectCluster, objectsOf } from '#delegate/kubernetes/index.ts'

/** The namespace of the demo, as a platform team would have made it beforehand. */
export async function createNamespace({ context, namespace }: { readonly context: string; readonly namespace: string }): Promise<void> {
  const cluster = connectCluster({ context })
  try {
    const objects = objectsOf(cluster, { clock: systemClock, random: Math.random })
    await objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { fieldManager: 'sluice-demo' })
  } finally {
    cluster.close()
  }
}
