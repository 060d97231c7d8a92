import { existsSync } from 'node:fs'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Cluster } from '../cluster.ts'
import { failures } from '../failures.ts'
import { insideOf, serviceAccountToken } from './inside.ts'
import { credentialsOf, toKubeConfig, type Credentials } from './access.ts'
import { readKubeconfig, type Environment, type KubeconfigChoice } from './kubeconfig.ts'
import { podHttp } from './pod-http.ts'
import { proxyOf } from './proxy.ts'
import { request, watch } from './requests.ts'

/** Which cluster: a context of a kubeconfig, or the one this process runs in. */
export interface ClusterChoice extends KubeconfigChoice {
  readonly inCluster?: boolean | undefined
}

/** A cluster over the network; connections are kept until it is closed. */
export interface ConnectedCluster extends Cluster {
  close(): void
}

/** Finds the cluster and its credentials. Asks the cluster nothing yet: the first request tells whether it can be reached. */
export function connectCluster(choice: ClusterChoice, environment: Environment = process.env): ConnectedCluster {
  const { credentials, isInside } = find(choice, environment)
  const pods = podHttp(credentials)
  return {
    name: credentials.name,
    request: (sent, signal) => request(credentials, sent, signal),
    watch: (path, signal) => watch(credentials, path, signal),
    podHttp: (pod, port, sent, signal) => pods.ask(pod, port, sent, signal),
    ...(isInside && { inside: insideOf(credentials) }),
    close() {
      pods.close()
      credentials.close()
    },
  }
}

interface Found {
  readonly credentials: Credentials
  /** Whether this process runs in a pod of that cluster. */
  readonly isInside: boolean
}

function find(choice: ClusterChoice, environment: Environment): Found {
  const kubeconfig = choice.inCluster ? undefined : readKubeconfig(choice, environment)
  if (kubeconfig) {
    const { server } = kubeconfig.cluster
    if (!URL.canParse(server)) throw failures.KUBECONFIG_INVALID({ file: kubeconfig.file, reason: `"${server}" is no URL of a server` })
    const load = () => toKubeConfig(readKubeconfig(choice, environment) ?? kubeconfig, proxyOf(server, environment))
    return { credentials: credentialsOf(`${kubeconfig.context} at ${server}`, load), isInside: false }
  }
  if (!existsSync(serviceAccountToken))
    throw failures.KUBECONFIG_MISSING({ file: choice.inCluster ? serviceAccountToken : '~/.kube/config' })
  const load = async (): Promise<KubeConfig> => {
    const { KubeConfig: Client } = await import('@kubernetes/client-node')
    const config = new Client()
    config.loadFromCluster()
    return config
  }
  return { credentials: credentialsOf('this cluster', load), isInside: true }
}
