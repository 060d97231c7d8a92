// Who counts is decided once, when counting begins: two sources whose times differ cannot be added up in one interval.
import type { KubernetesObject } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { openPrometheus } from '#delegate/prometheus/index.ts'
import { isMeshBound } from '#model/preflight/index.ts'
import { openGateways, type Gateways } from './gateways.ts'
import type { CounterSurroundings, Proxies } from './proxies.ts'
import type { Counted } from './proxy-levels.ts'
import { Scraping } from './scraping.ts'

/** The gateways of the routes, and whoever tells best of the release's requests: they, or the Prometheus that is named. */
export function openCounters(
  objects: Objects,
  routes: readonly KubernetesObject[],
  counted: Counted,
  surroundings: CounterSurroundings,
): { readonly gateways: Gateways; readonly proxies: Proxies } {
  const gateways = openGateways(objects, routes, counted, surroundings)
  // A first deployment has no route that could be counted.
  if (!counted.prometheus || routes.length === 0) return { gateways, proxies: gateways }
  const prometheus = openPrometheus(counted.prometheus, counted.namespace, objects, surroundings.fetch ?? fetch)
  const senders = { ...gateways, isMeshBound: isMeshBound({ routes, namespace: counted.namespace }) }
  return { gateways, proxies: bestOf(gateways, new Scraping(prometheus, counted, senders, surroundings.clock)) }
}

/**
 * The gateways' own counters, where they see every request and tell: these are read when a split has come and before it goes, so that each count
 * belongs to one split. Else Prometheus, which is as late as its scrapes and sees the sidecars of callers too.
 */
function bestOf(gateways: Gateways, prometheus: Proxies): Proxies {
  let chosen: Proxies | undefined
  const choose = async (): Promise<void> => {
    await gateways.opened
    const tells = gateways.seeAll() && [...(await gateways.look()).proxies.values()].some(({ levels }) => levels !== undefined)
    const best = tells ? gateways : prometheus
    await best.opened
    chosen = best
  }
  return {
    opened: choose(),
    why: () => chosen?.why(),
    silence: () => chosen?.silence() ?? '',
    isOpen: () => chosen?.isOpen() ?? false,
    look: () => (chosen ?? prometheus).look(),
    get pauses() {
      return (chosen ?? prometheus).pauses
    },
    patience: () => chosen?.patience() ?? 0,
    by: names => (chosen ?? prometheus).by(names),
    close() {
      gateways.close()
      prometheus.close()
    },
  }
}
