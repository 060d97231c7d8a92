import { existsSync } from 'node:fs'
import type { Cluster } from '../cluster.ts'
import { failures } from '../failures.ts'
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

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Finds the cluster and its credentials. Asks the cluster nothing yet: the first request tells whether it can be reached. */
export function connectCluster(choice: ClusterChoice, environment: Environment = process.env): ConnectedCluster {
  const credentials = find(choice, environment)
  const pods = podHttp(credentials)
  return {
    name: credentials.name,
    request: (sent, signal) => request(credentials, sent, signal),
    watch: (path, signal) => watch(credentials, path, signal),
    podHttp: (pod, port, sent, signal) => pods.ask(pod, port, sent, signal),
    close() {
      pods.close()
      credentials.close()
    },
  }
}

function find(choice: ClusterChoice, environment: Environment): Credentials {
  const kubeconfig = choice.inCluster ? undefined : readKubeconfig(choice, environment)
  if (kubeconfig) {
    const { server } = kubeconfig.cluster
    if (!URL.canParse(server)) throw failures.KUBECONFIG_INVALID({ file: kubeconfig.file, reason: `"${server}" is no URL of a server` })
    const load = () => toKubeConfig(readKubeconfig(choice, environment) ?? kubeconfig, proxyOf(server, environment))
    return credentialsOf(`${kubeconfig.context} at ${server}`, load)
  }
  if (!existsSync(serviceAccountToken))
    throw failures.KUBECONFIG_MISSING({ file: choice.inCluster ? serviceAccountToken : '~/.kube/config' })
  return credentialsOf('this cluster', async () => {
    const { KubeConfig } = await import('@kubernetes/client-node')
    const config = new KubeConfig()
    config.loadFromCluster()
    return config
  })
}
