import { createHash, randomUUID } from 'node:crypto'
import { kubeconfigFiles } from '#delegate/kubernetes/index.ts'
import { pinnedText, type PreparedRun } from '#model/application/index.ts'
import type { ResolvedRelease, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { StartExecution } from '#protocol/http/index.ts'
import { whoAmI } from './host.ts'

/**
 * What the host is asked to start: a definition bound to its manifests, every text by its hash. Clusters are named by the kubeconfig of this
 * process: the host lives on with the environment and the folder of the command that began it, which may be other ones.
 */
export function requestOf({ workflow, releases, applied }: PreparedRun, plan?: string): StartExecution {
  if (!workflow) throw new Error('a run without a workflow was let through')
  const pinned = [
    ...releases.map(prepared => ({ id: prepared.release.id, text: pinnedText(prepared) })),
    ...applied.map(({ path, text }) => ({ id: path, text })),
  ]
  const texts = pinned.map(each => ({ ...each, hash: createHash('sha256').update(each.text).digest('hex') }))
  return {
    key: randomUUID(),
    workflow: withKubeconfigs(workflow),
    manifests: Object.fromEntries(texts.map(({ id, hash }) => [id, hash])),
    contents: Object.fromEntries(texts.map(({ hash, text }) => [hash, text])),
    ...(plan === undefined ? {} : { plan }),
    who: whoAmI(),
  }
}

function withKubeconfigs(workflow: ResolvedWorkflow): ResolvedWorkflow {
  return { ...workflow, releases: workflow.releases.map(release => ({ ...release, cluster: clusterFromHere(release) })) }
}

/** A cluster that remote delegates reach is found by their kubeconfig, not by ours. */
function clusterFromHere({ cluster, delegates }: ResolvedRelease): ResolvedRelease['cluster'] {
  if (cluster.inCluster === true || delegates.length > 0) return cluster
  const kubeconfig = kubeconfigFiles(cluster, process.env)
  return kubeconfig === undefined ? cluster : { ...cluster, kubeconfig }
}
