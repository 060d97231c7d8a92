import { objectName, type Clock, type KubernetesObject, type Random } from '#base/index.ts'
import { objectsOf, type Cluster, type Objects } from '#delegate/kubernetes/index.ts'
import { openPrometheus, type Fetch } from '#delegate/prometheus/index.ts'
import { isMeshBound } from '#model/preflight/index.ts'
import { canaryName, Manifests, typedRoute, whichIsWhich, type ClusterRef, type Release } from '#model/release/index.ts'
import type { measureVersion as task, Progress } from '#protocol/index.ts'
import type { z } from 'zod'
import { whicheverTells } from './best-source.ts'
import { gatewaysThemselves } from './gateways-themselves.ts'
import type { Verdict } from './judge.ts'
import { measure } from './measure.ts'
import { scrapedProxies } from './scraped-proxies.ts'
import type { MetricSource } from './source.ts'

/** What the task gets from the agent that runs it. */
export interface MeasureContext {
  readonly signal: AbortSignal
  progress(progress: Progress): void
  /** A pinned text by its hash; fails where there is none. */
  content(hash: string): Promise<string>
}

/** What it needs of the delegate around it. */
export interface MeasureSurroundings {
  readonly clock: Clock
  readonly random: Random
  /** By which a Prometheus is asked; the global one where it is left out. */
  readonly fetch?: Fetch
  cluster(reference: ClusterRef): Promise<Cluster>
}

/** The task `verification/measure-version`: one side of a release, as the proxies count it that send requests there. */
export async function measureVersion(
  input: z.infer<typeof task.input>,
  context: MeasureContext,
  surroundings: MeasureSurroundings,
): Promise<Verdict> {
  const { release, side, over, minRequests, errorRate, latency } = input
  const { clock } = surroundings
  const objects = objectsOf(await surroundings.cluster(release.cluster), surroundings)
  const { workload, routes } = await managed(objects, release, context)
  const workloads = { stable: workload.metadata.name, canary: canaryName(workload.metadata.name) }
  const name = workloads[side]
  const source = sourceOf({ release, routes, workloads: Object.values(workloads) }, objects, surroundings)
  const subject = { namespace: release.namespace, workload: name }
  const since = clock.now()
  const time = (at: number): string => new Date(at).toISOString()
  const waiting = { for: `the measure of ${side}`, since: time(since), until: time(since + over), next: 'the verdict' }
  context.progress({ says: `measures ${name}`, waiting })
  const verdict = await measure(
    source,
    subject,
    { over, minRequests, errorRate, latency },
    { clock, progress: sofar => context.progress({ says: `${name}: ${sofar.says}`, waiting }) },
    context.signal,
  )
  return { ...verdict, says: `${name}: ${verdict.says}` }
}

interface Measured {
  readonly release: Release
  readonly routes: readonly KubernetesObject[]
  readonly workloads: readonly string[]
}

/** The gateways themselves where they see every request, for they are never late; else the Prometheus that is named, if one is. */
function sourceOf({ release, routes, workloads }: Measured, objects: Objects, { fetch: by = fetch }: MeasureSurroundings): MetricSource {
  const { namespace, prometheus } = release
  const name = routes.length === 0 ? `Deployment ${namespace}/${workloads[0]}` : routes.map(objectName).join(', ')
  const gateways = gatewaysThemselves(objects, { routes, namespace, name })
  if (!prometheus) return gateways
  const scraped = scrapedProxies(openPrometheus(prometheus, namespace, objects, by), workloads)
  return isMeshBound({ routes, namespace }) ? scraped : whicheverTells(gateways, scraped)
}

async function managed(
  objects: Objects,
  release: Release,
  { content, signal }: MeasureContext,
): Promise<{ readonly workload: KubernetesObject; readonly routes: readonly KubernetesObject[] }> {
  const manifests = Manifests.parse(JSON.parse(await content(release.manifests)))
  const name = typedRoute(release, manifests)
  const { namespace } = release
  const route = name && (await objects.get({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace, name }, signal))
  const { workload, routes } = whichIsWhich(release, manifests, route ? { route } : {})
  return { workload, routes }
}
