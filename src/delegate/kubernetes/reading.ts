import type { KubernetesObject } from '#base/index.ts'
import { apiVersionOf, collectionTarget, objectTarget, throwUnlessAbsent, type Api } from './api.ts'
import type { Collection, ObjectList, ObjectRef } from './objects.ts'
import { failureOf } from './status.ts'

/** Objects per page of a list, as kubectl asks for them. */
const page = 500

export async function get(api: Api, ref: ObjectRef, signal?: AbortSignal): Promise<KubernetesObject | undefined> {
  const target = await objectTarget(api, 'get', ref, signal)
  const response = await api.ask({ method: 'GET', path: target.path }, signal)
  if (response.status === 200) return response.body as KubernetesObject
  if (response.status !== 404) throw failureOf(response, target.request)
  throwUnlessAbsent(response, target, ref)
  return undefined
}

interface ListBody {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items?: readonly KubernetesObject[] | null
}

export async function list(api: Api, collection: Collection, signal?: AbortSignal): Promise<ObjectList> {
  const target = await collectionTarget(api, 'list', collection, signal)
  const identity = { apiVersion: apiVersionOf(target.resource), kind: collection.kind }
  const items: KubernetesObject[] = []
  for (let next: string | undefined = ''; ;) {
    const response = await api.ask({ method: 'GET', path: withQuery(target.path, { limit: String(page), continue: next }) }, signal)
    if (response.status === 410 && next) {
      // The pages' snapshot has expired: begin again.
      items.length = 0
      next = ''
      continue
    }
    if (response.status === 404) throwUnlessAbsent(response, target, identity)
    if (response.status !== 200) throw failureOf(response, target.request)
    const body = response.body as ListBody
    // Items of typed lists come without apiVersion and kind.
    for (const item of body.items ?? []) items.push({ ...item, ...identity })
    next = body.metadata?.continue
    if (!next) return { items, resourceVersion: body.metadata?.resourceVersion ?? '' }
  }
}

/** Adds query parameters to a path that may have some; empty ones are left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const [head = '', query = ''] = path.split('?')
  const all = new URLSearchParams(query)
  for (const [name, value] of Object.entries(parameters)) if (value) all.set(name, value)
  return all.size > 0 ? `${head}?${all.toString()}` : head
}
