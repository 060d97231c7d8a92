import { canonicalJson, type Json, type KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse } from '#delegate/kubernetes/index.ts'
import { stickyCookie } from './application.ts'
import { newOwnChanges } from './own-changes.ts'
import type { World } from './world.ts'

type Spec = Readonly<Record<string, Json>>

/** By resource: a spec without what a run may change of it; the rest is its owners', also while the run goes on. */
const theirs: Readonly<Record<string, (spec: Spec) => Json>> = {
  'virtualservices.networking.istio.io': spec => ({
    ...spec,
    http: entries(spec['http'], ['route', 'mirror', 'mirrors', 'mirrorPercentage']),
  }),
  'httproutes.gateway.networking.k8s.io': spec => ({ ...spec, rules: entries(spec['rules'], ['backendRefs', 'filters']) }),
  'destinationrules.networking.istio.io': spec => without(spec, ['subsets']),
  'ingresses.networking.k8s.io': spec => spec,
  services: spec => without(spec, ['selector']),
  'deployments.apps': spec => without(spec, ['paused', 'replicas', 'strategy', 'template']),
}

/** Of what is not the run's, before a write and after it. */
interface Change {
  readonly name: string
  readonly was: string
  readonly is: string
}

/** Metadata that is the run's. */
const own = /^(sluice\.dev\/|nginx\.ingress\.kubernetes\.io\/canary|deployment\.kubernetes\.io\/revision)/

/**
 * A patch of the run changes nothing that is somebody else's: settings of a route's entries and their order, policies, labels and annotations.
 * What is applied is a manifest, which says all of an object; the way back gives that back as it was.
 */
export function newUntouched({ sandbox }: Pick<World, 'sandbox'>, violation: (text: string) => void) {
  /** By object: what manifests of the run have taken the place of. */
  const replaced = new Map<string, Set<string>>()
  const changes = newOwnChanges<Change>(({ name, was, is }, { body }) => {
    if (was === is) return
    const before = replaced.get(name) ?? new Set()
    if (!Array.isArray(body)) replaced.set(name, before.add(was))
    else if (!before.has(is)) violation(`somebody else's: ${name} was ${was} and is ${is}`)
  })
  for (const [resource, theirsIn] of Object.entries(theirs))
    sandbox.apiServer.objects.subscribe(resource, ({ type, object, previous }) => {
      if (type === 'DELETED' || !previous) return
      const [was, is] = [theirsOf(previous, theirsIn), theirsOf(object, theirsIn)]
      changes.seen(object, { name: `${resource.split('.')[0]}/${object.metadata.name}`, was, is })
    })
  return {
    took(request: ApiRequest, answer: ApiResponse): void {
      if (request.method === 'PATCH') changes.took(request, answer)
    },
  }
}

function theirsOf({ spec, metadata }: KubernetesObject, theirsIn: (spec: Spec) => Json): string {
  const { labels = {}, annotations = {} } = metadata
  const kept = Object.entries(annotations).filter(([name]) => !own.test(name))
  return canonicalJson({ spec: theirsIn((spec ?? {}) as Spec), labels, annotations: Object.fromEntries(kept) } as Json)
}

/** Entries of a route without where they lead; those that a run adds for users it tells apart have the name of their step, or ask for its cookie. */
function entries(all: Json | undefined, leads: readonly string[]): Json {
  const found = (all ?? []) as readonly Spec[]
  const isOwn = ({ name, match }: Spec): boolean => String(name).includes('beta') || JSON.stringify(match ?? '').includes(stickyCookie)
  return found.filter(entry => !isOwn(entry)).map(entry => without(entry, leads)) as Json
}

function without(spec: Spec, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !fields.includes(name)))
}
