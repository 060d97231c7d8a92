import type { KubernetesObject } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { imageOf, type Program } from '#sandbox/pods/index.ts'
import { installNginx, nginxImage } from './install.ts'
import { NginxProxy, type NginxWorld } from './nginx-proxy.ts'
import type { NginxOptions } from './options.ts'

/** How ingress-nginx is: with how many pods (one where left out), and how late. */
export type IngressNginxOptions = Partial<NginxOptions> & { readonly replicas?: number }

/** All pods of ingress-nginx. */
export interface IngressNginx {
  /** What runs in a pod of its image; undefined for all others. */
  programFor(pod: KubernetesObject): Program | undefined
  /** Those that run, sorted by their names. */
  proxies(): readonly NginxProxy[]
  /** Creates what its chart creates; answers how many pods that will be, in which namespace. */
  install(store: ObjectStore): readonly { readonly namespace: string; readonly pods: number }[]
}

/** Without options none is installed. */
export function createIngressNginx(world: NginxWorld, options: IngressNginxOptions | undefined): IngressNginx {
  const running = new Map<string, NginxProxy>()
  const { replicas = 1 } = options ?? {}
  return {
    programFor(pod) {
      if (!options || !imageOf(pod).includes(nginxImage)) return undefined
      const { name } = pod.metadata
      const proxy = new NginxProxy(world, name, options)
      running.set(name, proxy)
      return proxy.program(() => void running.delete(name))
    },
    proxies: () => [...running].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, proxy]) => proxy),
    install: store => (options ? [{ namespace: installNginx(store, replicas), pods: replicas }] : []),
  }
}
