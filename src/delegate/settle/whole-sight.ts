// Is what istiods show all that there is? Acknowledgement by a part of the proxies is none.
import type { KubernetesObject } from '#base/index.ts'
import { isReadyProxy, proxyIdOf } from './expected-proxies.ts'
import { configKey } from './istiod-pages.ts'
import type { IstiodLook } from './tracker.ts'

/** What was seen at one moment. */
export interface Sight {
  /** One per running istiod, with what proxies have and, where there are routes, which configuration it has read. */
  readonly looks: readonly IstiodLook[]
  /** Pods of the istiods. */
  readonly istiods: readonly KubernetesObject[]
  /** Routes that the API server has. */
  readonly routes: readonly KubernetesObject[]
  /** Pods with a proxy that the routes reach; undefined: anywhere. */
  readonly reached: readonly KubernetesObject[] | undefined
}

/** Why it is a part only, in a few words; undefined where nothing is missing. */
export function missingSight(sight: Sight): string | undefined {
  for (const look of sight.looks) {
    const hidden = uncounted(look) ?? contradiction(look, sight)
    if (hidden !== undefined) return hidden
  }
  return unconnected(sight) ?? unread(sight)
}

/** Its own count of connected proxies and its list must agree. */
function uncounted({ istiod, about, proxies }: IstiodLook): string | undefined {
  const [listed, connected] = [proxies?.value.length ?? 0, about?.connected ?? 0]
  return listed < connected ? `${istiod} lists ${listed} of the ${connected} proxies that are connected to it` : undefined
}

/** Refusals are told by istiods from this minor version of Istio 1 on. */
const tellsErrorsFrom = 23

/** What answers in the name of an istiod must be the one that runs there. */
function contradiction({ istiod, about, proxies }: IstiodLook, { istiods }: Sight): string | undefined {
  const claimed = minorOf(about?.version)
  if (claimed === undefined) return undefined
  const pod = istiods.find(({ metadata }) => metadata.name === istiod)
  const runs = versionOfImage(pod)
  if (runs !== undefined && minorOf(runs) !== claimed) return `${istiod} says that it is Istio ${about?.version}, but its image is ${runs}`
  const tells = proxies?.value.some(({ tellsErrors }) => tellsErrors) ?? false
  if (tells && claimed < tellsErrorsFrom)
    return `${istiod} says that it is Istio ${about?.version}, but answers as 1.${tellsErrorsFrom} or later`
  return undefined
}

/** 27 of `1.27.1`; undefined where it is no version of Istio 1. */
function minorOf(version: string | undefined): number | undefined {
  const minor = /^1\.(\d+)/.exec(version ?? '')?.[1]
  return minor === undefined ? undefined : Number(minor)
}

/** `1.27.1` of `docker.io/istio/pilot:1.27.1-distroless`; undefined where the tag is no version. */
function versionOfImage(pod: KubernetesObject | undefined): string | undefined {
  const { containers = [] } = (pod?.spec ?? {}) as { readonly containers?: readonly { readonly image?: string }[] }
  return containers.map(({ image = '' }) => /\/pilot[^:@]*:(1\.\d+(?:\.\d+)?)/.exec(image)?.[1]).find(version => version !== undefined)
}

/** Injection names the revision of istiod to which a proxy belongs. */
const revision = 'istio.io/rev'

/**
 * Proxies of a control plane that we cannot ask. One that is merely away from its istiod is none of them: it is waited for (a removal
 * waits as long as it takes). So only a revision without an istiod tells, or, where pods tell none, that not a single one is listed.
 */
function unconnected({ looks, istiods, reached = [] }: Sight): string | undefined {
  const listed = new Set(looks.flatMap(({ proxies }) => proxies?.value.map(({ id }) => id) ?? []))
  const ready = reached.filter(isReadyProxy)
  const away = ready.filter(pod => !listed.has(proxyIdOf(pod)))
  const known = new Set(istiods.map(({ metadata }) => metadata.labels?.[revision]))
  const foreign = away.find(pod => isOfNone(pod, known))
  if (foreign)
    return `${proxyIdOf(foreign)} belongs to istiod of revision ${String(foreign.metadata.annotations?.[revision])}, which does not run in this cluster`
  const silent = away.filter(({ metadata }) => metadata.annotations?.[revision] === undefined || known.has(undefined))
  if (ready.length === 0 || silent.length < ready.length) return undefined
  return `none of ${ready.length} prox${ready.length === 1 ? 'y' : 'ies'} that the route reaches is connected to an istiod of this cluster`
}

function isOfNone({ metadata }: KubernetesObject, known: ReadonlySet<string | undefined>): boolean {
  const own = metadata.annotations?.[revision]
  return own !== undefined && !known.has(undefined) && !known.has(own)
}

/** Every istiod must read the routes, for a proxy may turn to any of them: discoverySelectors and revisions may keep a route from one. */
function unread({ looks, routes }: Sight): string | undefined {
  for (const { istiod, configs } of looks) {
    const read = new Set(configs?.value.map(({ key }) => key))
    const missing = configs && routes.find(route => !read.has(configKey(route)))
    if (missing) return `${istiod} does not read ${configKey(missing)} (discoverySelectors, or a label ${revision} of another revision)`
  }
  return undefined
}
