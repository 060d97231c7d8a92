import { stringify } from 'yaml'
import type { KubernetesObject } from '#base/index.ts'
import type { Core } from './core.ts'
import type { Form } from './http/negotiate.ts'
import { without } from './json.ts'
import type { Page } from './list.ts'
import { answer, type ApiResponse } from './request.ts'
import { apiVersionOf, inVersion } from './resource.ts'
import type { Route } from './route.ts'
import { partialMetadata, table } from './table/table.ts'

/** Objects of a list carry no kind and apiVersion, if they are built in. Made once per stored object. */
const bare = new WeakMap<KubernetesObject, object>()

function listItem({ resource, version }: Route, object: KubernetesObject): object {
  const shown = inVersion(resource, object, version)
  if (resource.custom) return shown
  const known = shown === object ? bare.get(object) : undefined
  if (known) return known
  const made = without(shown, 'kind', 'apiVersion')
  if (shown === object) bare.set(object, made)
  return made
}

/** An object in the form that the client asked for. */
export function showObject(core: Core, route: Route, form: Form, object: KubernetesObject): object {
  const shown = inVersion(route.resource, object, route.version)
  if (form.as === 'PartialObjectMetadata') return partialMetadata(shown)
  if (form.as !== 'Table') return shown
  const { resourceVersion = '' } = object.metadata
  return table([object], { resourceVersion }, tableOptions(core, route, true))
}

const tableOptions = (core: Core, { resource, query }: Route, withColumns: boolean) => ({
  resource,
  now: core.clock.now(),
  withColumns,
  include: query.get('includeObject'),
})

/** A page of a list in the form that the client asked for. */
export function showPage(core: Core, route: Route, form: Form, page: Page): object {
  const { resource, version } = route
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continue || resource.custom ? { continue: page.continue } : {}),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  }
  if (form.as === 'Table') return table(page.items, metadata, tableOptions(core, route, true))
  if (form.as === 'PartialObjectMetadata')
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: page.items.map(partialMetadata) }
  const items = page.items.map(object => listItem(route, object))
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource.group, version), metadata, items }
}

/** What one watch shows of an object; the columns of a Table come with its first event. */
export function watchShow(core: Core, route: Route, form: Form): (object: KubernetesObject) => object {
  let first = true
  return object => {
    if (form.as !== 'Table') return showObject(core, route, form, object)
    const shown = table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }, tableOptions(core, route, first))
    first = false
    return shown
  }
}

/** The answer in the format that the client asked for. */
export function formatted(form: Form, status: number, body: unknown, warnings: readonly string[] = []): ApiResponse {
  const made = answer(status, body, warnings)
  return form.format === 'json' ? made : { ...made, headers: { 'content-type': 'application/yaml' }, body: stringify(body) }
}
