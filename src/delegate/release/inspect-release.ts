import { objectName, type KubernetesObject } from '#base/index.ts'
import { objectsOf, refOf, type Objects } from '#delegate/kubernetes/index.ts'
import { allMissing, preflight } from '#delegate/preflight/index.ts'
import { openPrometheus, type Prometheus } from '#delegate/prometheus/index.ts'
import { ok, readingRights, type Subject } from '#model/preflight/index.ts'
import {
  asksGateways,
  canaryName,
  canaryOf,
  destinationHosts,
  findingsOf,
  splitHolder,
  isManaged,
  leaseNames,
  objectKey,
  recordName,
  Manifests,
  routerFor,
  routesIn,
  scales,
  specOf,
  takeSnapshot,
  typedRoute,
  whichIsWhich,
  type DryRun,
  type Found,
  type Goal,
  type InspectionFinding,
  type Release,
  type Snapshot,
  type Which,
} from '#model/release/index.ts'
import { serviceSelector } from '#model/traffic/index.ts'
import type { ReleaseContext } from './context.ts'
import { dryRuns, sorted } from './dry-run.ts'
import { supportOf } from './gateway-support.ts'
import { inspectPlain } from './inspect-plain.ts'
import {
  asFinding,
  asObjection,
  whereAllowed,
  withoutRights,
  type FullInspection,
  type InspectInput,
  type Inspection,
} from './inspection.ts'
import { preflightSubject } from './preflight-subject.ts'
import { labelSelector } from './selectors.ts'
import { settleFor } from './settle-for.ts'
import type { ReleaseSurroundings } from './surroundings.ts'
import { withTouches } from './touched.ts'

/** Reads everything that the run will write, dry-runs it, and looks around. Writes nothing. */
export async function inspectRelease(input: InspectInput, context: ReleaseContext, surroundings: ReleaseSurroundings): Promise<Inspection> {
  const { findings, ...inspection } = await inspectFully(input, context, surroundings)
  return { ...inspection, findings: findings.flatMap(asFinding) }
}

/** As inspectRelease, for those who want to see what is fine, too. */
export async function inspectFully(
  { release, steps = [] }: InspectInput,
  context: ReleaseContext,
  surroundings: ReleaseSurroundings,
): Promise<FullInspection> {
  if (release.plain !== undefined) return inspectPlain(release, steps, context, surroundings)
  const { signal } = context
  const manifests = Manifests.parse(JSON.parse(await context.content(release.manifests)))
  const cluster = await surroundings.cluster(release.cluster)
  const objects = objectsOf(cluster, surroundings)
  const goals = steps.flatMap(step => step.goals)
  const looked = await lookAt({ release, manifests, goals, readAt: surroundings.clock.now() }, objects, signal).catch(
    async (error: unknown) => {
      const rendered = manifests.objects as unknown as readonly KubernetesObject[]
      throw await allMissing(error, readingRights(release.namespace, rendered), release.namespace, objects, signal)
    },
  )
  const settle = await settleFor(liveRoutes(looked.found), cluster, release, surroundings, signal)
  try {
    const { found } = looked
    const touching = await withTouches(steps, release, context, objects)
    const snapshot = takeSnapshot(found, release)
    const told = { settle, prometheus: prometheusOf(release, objects, surroundings) }
    const around = await preflight(preflightSubject({ ...looked, snapshot }, release, touching), objects, told, signal)
    const against = [...findingsOf(found, release, goals), ...withoutRights(looked.refused, around)].map(asObjection)
    const own = against.length > 0 ? against : [ok('release', fineText(found, snapshot))]
    return { snapshot, findings: [...own, ...around], settle: { how: settle.how, why: settle.why } }
  } finally {
    settle.close()
  }
}

function prometheusOf({ prometheus, namespace }: Release, objects: Objects, surroundings: ReleaseSurroundings): Prometheus | undefined {
  return prometheus && openPrometheus(prometheus, namespace, objects, surroundings.fetch ?? fetch)
}

/** The routes as they are, or, where one is not there yet, as it will be. */
function liveRoutes({ which, routes }: Found): readonly KubernetesObject[] {
  return which.routes.map(route => routes.find(live => live.kind === route.kind && live.metadata.name === route.metadata.name) ?? route)
}

/** What is to be released, what its steps will aim for, and when it is looked at. */
interface Aimed {
  readonly release: Release
  readonly manifests: Manifests
  readonly goals: readonly Goal[]
  readonly readAt: number
}

async function lookAt({ release, manifests, goals, readAt }: Aimed, objects: Objects, signal: AbortSignal): Promise<Looked> {
  const services = await objects.list({ apiVersion: 'v1', kind: 'Service', namespace: release.namespace }, signal)
  const which = await whichOf(release, manifests, services.items, objects, signal)
  const looked = await look({ which, services: services.items, readAt }, release, manifests, objects, signal)
  if (!asksGateways(goals, release)) return looked
  const support = await supportOf([...liveRoutes(looked.found), ...which.routes], objects, signal)
  return support ? { ...looked, found: { ...looked.found, support } } : looked
}

interface Looked {
  readonly found: Found
  /** Every rendered object, those among them that the server would refuse. */
  readonly manifests: Subject['manifests']
  readonly services: readonly KubernetesObject[]
  readonly refused: readonly InspectionFinding[]
}

function fineText({ which }: Found, { first }: Snapshot): string {
  const workload = objectName(which.workload)
  if (first) return `${workload}: a first deployment; no other run holds it`
  return `${workload}: its one revision has all pods behind ${objectName(which.service)}; no other run holds it`
}

/** A route under a typed name, and a Service of another owner, are looked for in the cluster. */
async function whichOf(
  release: Release,
  manifests: Manifests,
  services: readonly KubernetesObject[],
  objects: Objects,
  signal: AbortSignal,
): Promise<Which> {
  const { namespace } = release
  const name = typedRoute(release, manifests)
  const route =
    name === undefined
      ? undefined
      : await objects.get({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace, name }, signal)
  const routes = route ? [route] : routesIn(manifests).filter(isManaged)
  const hosts = routes.flatMap(each => hostsOf(each, release))
  const service = services.find(each => hosts.some(host => host.split('.')[0] === each.metadata.name))
  return whichIsWhich(release, manifests, { ...(route ? { route } : {}), ...(service ? { service } : {}) })
}

/** What is wrong with a route is told by whichIsWhich, with all else that is. */
function hostsOf(route: KubernetesObject, release: Release): readonly string[] {
  try {
    return destinationHosts(route, release)
  } catch {
    return []
  }
}

async function look(
  { which, services, readAt }: { readonly which: Which; readonly services: readonly KubernetesObject[]; readonly readAt: number },
  release: Release,
  manifests: Manifests,
  objects: Objects,
  signal: AbortSignal,
): Promise<Looked> {
  const live = await liveObjects(which, services, reader(release, objects, signal))
  const { scaling, ...around } = await surroundingObjects(which, release, reader(release, objects, signal))
  const { routes, rule, stable } = live
  const runs = await dryRuns(
    manifests,
    [...services, ...routes, rule, stable].flatMap(each => each ?? []),
    scaling,
    objects,
    signal,
  )
  const tried = sorted(runs)
  const found = {
    readAt,
    which,
    ...live,
    ...around,
    dryRuns: tried.dryRuns,
    next: (stable && nextOf(tried.dryRuns, which.workload)) ?? which.workload,
  }
  return {
    found,
    services,
    manifests: runs.map(({ manifest, live: present }) => ({ object: manifest, ...(present ? { live: present } : {}) })),
    refused: tried.refused,
  }
}

/** Reads of one release's namespace. */
interface Reader {
  get(object: KubernetesObject): Promise<KubernetesObject | undefined>
  list(apiVersion: string, kind: string, labels?: string): Promise<readonly KubernetesObject[]>
}

function reader({ namespace }: Release, objects: Objects, signal: AbortSignal): Reader {
  return {
    get: object => objects.get(refOf({ ...object, metadata: { namespace, ...object.metadata } }), signal),
    list: async (apiVersion, kind, labels) =>
      (await objects.list({ apiVersion, kind, namespace, ...(labels === undefined ? {} : { labels }) }, signal)).items,
  }
}

type Live = Pick<Found, 'routes' | 'beside' | 'neighbours' | 'rule' | 'stable' | 'canary' | 'service' | 'canaryService'>

/** The objects that carry the traffic, as they are now. */
async function liveObjects(which: Which, services: readonly KubernetesObject[], { get, list }: Reader): Promise<Live> {
  const named = (object: KubernetesObject, name: string): KubernetesObject => ({ ...object, metadata: { name } })
  const [routes, held, rule, stable, canary] = await Promise.all([
    Promise.all(which.routes.map(get)),
    heldBeside(which, list),
    which.rule && get(which.rule),
    get(which.workload),
    get(named(which.workload, canaryOf(which))),
  ])
  const serviceNamed = (name: string): KubernetesObject | undefined => services.find(each => each.metadata.name === name)
  const service = serviceNamed(which.service.metadata.name)
  const canaryService = which.rule ? undefined : serviceNamed(which.stage?.metadata.name ?? canaryName(which.service.metadata.name))
  return {
    routes: routes.flatMap(each => each ?? []),
    ...held,
    ...(rule ? { rule } : {}),
    ...(stable ? { stable } : {}),
    ...(canary ? { canary } : {}),
    ...(service ? { service } : {}),
    ...(canaryService ? { canaryService } : {}),
  }
}

/** Where splits are held beside their routes: those that exist, among all other objects of the kind. */
async function heldBeside({ routes }: Which, list: Reader['list']): Promise<Pick<Found, 'beside' | 'neighbours'>> {
  const [first, ...rest] = routes.filter(route => routerFor(route).beside)
  if (!first) return {}
  const all = await list(first.apiVersion, first.kind)
  const names = [first, ...rest].map(route => splitHolder(route).metadata.name)
  return { beside: all.filter(({ metadata }) => names.includes(metadata.name)), neighbours: all }
}

type Around = Pick<Found, 'replicaSets' | 'pods' | 'autoscalers' | 'scaledObjects' | 'leases' | 'record'> & {
  /** Every autoscaler of the namespace. */
  readonly scaling: readonly KubernetesObject[]
}

/** What belongs to them, and who holds them. */
async function surroundingObjects(which: Which, release: Release, { get, list }: Reader): Promise<Around> {
  const names = leaseNames(
    release,
    which.routes.map(route => splitHolder(route).metadata.name),
  )
  const [replicaSets, pods, autoscalers, record, leases] = await Promise.all([
    list('apps/v1', 'ReplicaSet', labelSelector(specOf(which.workload).selector?.matchLabels ?? {})),
    list('v1', 'Pod', labelSelector(serviceSelector(which.service))),
    list('autoscaling/v2', 'HorizontalPodAutoscaler'),
    whereAllowed(get({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: recordName(release.name) } })),
    Promise.all(names.map(name => get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } }))),
  ])
  const own = autoscalers.filter(each => scales(each, which.workload))
  return {
    replicaSets,
    pods,
    autoscalers: own,
    scaling: autoscalers,
    scaledObjects: await scaledObjectsOf(own, get),
    leases: leases.flatMap(each => each ?? []),
    ...(record ? { record } : {}),
  }
}

/** The stable workload as the server would store it once the manifest is applied: its defaults filled in, and what live controllers own in it. */
function nextOf(dryRuns: readonly DryRun[], workload: KubernetesObject): KubernetesObject | undefined {
  return dryRuns.find(({ manifest }) => objectKey(manifest) === objectKey(workload))?.after
}

/** ScaledObjects by which KEDA keeps these autoscalers. Where they may not be read the autoscalers stand for themselves; preflight says so. */
async function scaledObjectsOf(autoscalers: readonly KubernetesObject[], get: Reader['get']): Promise<readonly KubernetesObject[]> {
  const owners = autoscalers.flatMap(({ metadata }) => metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'ScaledObject')
  const found = await Promise.all(owners.map(({ apiVersion, kind, name }) => whereAllowed(get({ apiVersion, kind, metadata: { name } }))))
  return found.flatMap(each => each ?? [])
}
