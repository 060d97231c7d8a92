import type { Json, KubernetesObject } from '#base/index.ts'
import { manifestsOf, shop } from './application.ts'
import type { Fault, StandingOf } from './faults.ts'
import { isBehindNginx } from './script.ts'
import type { Stage } from './stage.ts'
import { giveTo, type World } from './world.ts'

/** What somebody may edit. Behind ingress-nginx the first four are annotations: of the canary Ingress, but for `timeout`. */
type Edit = Extract<Fault, { is: 'edit' }>['of']

const someone = { manager: 'kubectl-edit' }
const nginx = 'nginx.ingress.kubernetes.io/'

/** The annotation that stands for a timeout. */
export const nginxTimeout = `${nginx}proxy-read-timeout`

/** Somebody edits the release by hand; `edited` hears of it where there was something to edit. */
export function edit(of: Edit, stage: Stage, edited: (of: string) => void): void {
  const { objects } = stage.world.sandbox.apiServer
  const change = (resource: string, name: string, by: (object: KubernetesObject) => object): void => {
    const key = { namespace: shop, name }
    const object = objects.get(resource, key)
    if (!object) return
    objects.patch(resource, key, by(object), someone)
    edited(of)
  }
  const ofWorkload = workloadEdits[of]
  if (ofWorkload) return change('deployments.apps', 'cart', ofWorkload)
  if (isBehindNginx(stage.script.shape)) return editIngress(of, change, stage, edited)
  if (of === 'route') return applyRoutes(change, stage)
  if (of === 'subsets' && objects.get('services', canaryService)) return deleteSide(objects, edited)
  const found = meshEdits[of]
  if (found) change(found.resource, found.name, found.by)
}

/** The canary's, where the sides are Services. */
const canaryService = { namespace: shop, name: 'cart-svc-canary' }

/** A side that is a Service has no subset to lose: somebody deletes it. */
function deleteSide(objects: Stage['world']['sandbox']['apiServer']['objects'], edited: (of: string) => void): void {
  objects.delete('services', canaryService)
  edited('subsets')
}

interface MeshEdit {
  readonly resource: string
  readonly name: string
  by(object: KubernetesObject): object
}

const workloadEdits: { readonly [Of in Edit]?: (object: KubernetesObject) => object } = {
  replicas: ({ spec }) => ({ spec: { replicas: Number((spec as { readonly replicas: number }).replicas) + 1 } }),
  template: ({ spec }) => ({ spec: { template: withColour((spec as { readonly template: Template }).template) } }),
}

const route = { resource: 'virtualservices.networking.istio.io', name: 'cart-virtualservice' }
const rule = { resource: 'destinationrules.networking.istio.io', name: 'cart-destinationrule' }
type Entries = { readonly http: readonly Record<string, Json>[] }

const meshEdits: { readonly [Of in Edit]?: MeshEdit } = {
  weights: { ...route, by: ({ spec }) => ({ spec: { http: (spec as Entries).http.map(evened) } }) },
  timeout: {
    ...route,
    by: ({ spec }) => ({ spec: { http: (spec as Entries).http.map(each => ('redirect' in each ? each : { ...each, timeout: '7s' })) } }),
  },
  subsets: { ...rule, by: () => ({ spec: { subsets: null } }) },
  policy: { ...rule, by: () => ({ spec: { trafficPolicy: { connectionPool: { http: { maxRetries: 7 } } } } }) },
}

/** What the manifests say of routes: users come to every pod behind the Service. */
function applyRoutes(change: Change, { script }: Stage): void {
  for (const { kind, metadata, spec } of manifestsOf(script, '1.0.0')) {
    const resource = { VirtualService: route.resource, HTTPRoute: 'httproutes.gateway.networking.k8s.io' }[kind]
    if (resource !== undefined) change(resource, metadata.name, () => ({ spec }))
  }
}

type Change = (resource: string, name: string, by: () => object) => void

/** A canary Ingress has no subsets to lose, and Git does not know it: it is deleted, which moves all shares. */
function editIngress(of: Edit, change: Change, { world }: Stage, edited: (of: string) => void): void {
  const resource = 'ingresses.networking.k8s.io'
  const annotate = (name: string, annotations: Readonly<Record<string, string>>): void =>
    change(resource, name, () => ({ metadata: { annotations } }))
  if (of === 'weights') return annotate('cart-canary', { [`${nginx}canary-weight`]: '50' })
  if (of === 'policy') return annotate('cart-canary', { [`${nginx}canary-by-header`]: 'x-tester' })
  if (of === 'timeout') return annotate('cart', { [nginxTimeout]: '7' })
  const key = { namespace: shop, name: 'cart-canary' }
  if (world.sandbox.apiServer.objects.get(resource, key) === undefined) return
  world.sandbox.apiServer.objects.delete(resource, key)
  edited('weights')
}

/** Somebody sets this by hand, or (`kept`) a controller does, before a run looks first; whether there was such a thing to set. */
export function setStanding(of: StandingOf, { world }: Stage): boolean {
  const { objects } = world.sandbox.apiServer
  if (of === 'owners') return appliedByKubectl(world)
  const isKept = of === 'kept'
  const variable = isKept ? 'CONFIG_HASH' : 'DEBUG'
  const found: MeshEdit | undefined =
    of === 'template' || isKept
      ? {
          resource: 'deployments.apps',
          name: 'cart',
          by: ({ spec }) => ({ spec: { template: withVariable((spec as { readonly template: Template }).template, variable, 'on') } }),
        }
      : meshEdits[of]
  const key = { namespace: shop, name: found?.name ?? '' }
  const object = found && objects.get(found.resource, key)
  if (!found || !object) return false
  objects.patch(found.resource, key, found.by(object), isKept ? { manager: 'config-keeper' } : someone)
  return true
}

/** Everything of the application belongs to kubectl, as where people have deployed it by hand so far. */
function appliedByKubectl(world: World): boolean {
  const owned = (entry: { readonly manager?: string }): object =>
    entry.manager === 'sluice' ? { ...entry, manager: 'kubectl-client-side-apply', operation: 'Update' } : entry
  giveTo(world, owned, someone.manager)
  return true
}

interface Template {
  readonly spec: { readonly containers: readonly { readonly env?: readonly object[] }[] }
}

const withColour = (template: Template): Template => withVariable(template, 'COLOUR', 'red')

function withVariable(template: Template, name: string, value: string): Template {
  const containers = template.spec.containers.map(each => ({ ...each, env: [...(each.env ?? []), { name, value }] }))
  return { ...template, spec: { ...template.spec, containers } }
}

/** Somebody's own idea of the split. */
function evened(entry: Record<string, Json>): Record<string, Json> {
  const rows = entry['route'] as Record<string, Json>[] | undefined
  if (rows?.length !== 2) return entry
  return { ...entry, route: rows.map(row => ({ ...row, weight: 50 })) }
}
