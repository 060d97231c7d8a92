// What holds the split of each managed route: the route itself, or, where its router never writes it, an object beside it.
import type { Json, KubernetesObject } from '#base/index.ts'
import { routerOf, type Ours, type Outcome, type Router } from '#model/traffic/index.ts'
import type { Run } from './observed.ts'
import type { Snapshot } from './snapshot.ts'

/** What a reader needs to find an object. */
export interface Named {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** The router of a managed route's kind. Managed routes are of kinds that have one. */
export function routerFor(route: { readonly apiVersion: string; readonly kind: string }): Router {
  const router = routerOf(route)
  if (!router) throw new Error(`no router for ${route.kind} of ${route.apiVersion}`)
  return router
}

/** The object that holds the split of a route. */
export function splitHolder(route: KubernetesObject): Named {
  const { beside } = routerFor(route)
  return beside ? { ...route, metadata: { ...route.metadata, name: beside.name(route.metadata.name) } } : route
}

/** A holder beside its route, as the run makes it where there is none; undefined where the route itself holds the split. */
export function madeBeside(
  route: KubernetesObject,
  ours: Ours,
  others: readonly KubernetesObject[],
): Outcome<KubernetesObject> | undefined {
  return routerFor(route).beside?.make(route, ours, others)
}

type NamedRoute = Snapshot['names']['routes'][number]

/** The name of a holder, with the object that is made where a run finds none. */
export function namedHolder(route: KubernetesObject, made: Outcome<KubernetesObject> | undefined): NamedRoute {
  const { apiVersion, kind, metadata } = splitHolder(route)
  const object = made?.is === 'done' ? { made: made.value as unknown as Json as NonNullable<NamedRoute['made']> } : {}
  return { apiVersion, kind, name: metadata.name, ...object }
}

/** The holder that the run makes; undefined where it is the user's own. */
export function madeHolder({ kind, metadata }: Named, { snapshot }: Pick<Run, 'snapshot'>): KubernetesObject | undefined {
  const named = snapshot.names.routes.find(route => route.kind === kind && route.name === metadata.name)
  const stood = snapshot.routes.some(route => route.kind === kind && route.name === metadata.name)
  return stood ? undefined : (named?.made as KubernetesObject | undefined)
}
