import { objectName, type Failure, type Place } from '#base/index.ts'
import type { YamlPath } from '#model/documents/index.ts'
import type { RenderedObject } from '#model/manifests/index.ts'
import { entryLabel } from '#model/traffic/index.ts'
import { servicePlace, type Application } from '#model/workflow/index.ts'
import type { PreparedRelease } from './prepared-release.ts'

/** Failures that the Service document mends, by the field that does it. */
const inService: Readonly<Record<string, string>> = {
  'SL-RELEASE-WORKLOAD-NOT-FOUND': 'workload',
  'SL-RELEASE-ROUTE-NOT-FOUND': 'managed',
  'SL-TRAFFIC-ROUTE-MISSING': 'routes',
}

/** The manifest that a failure begins with. */
export function objectOf({ message }: Failure, rendered: readonly RenderedObject[]): RenderedObject | undefined {
  const named = rendered.filter(each => message.startsWith(objectName(each.object)))
  // `Service shop/cart` begins like `Service shop/cart-svc`.
  return named.toSorted((a, b) => objectName(b.object).length - objectName(a.object).length)[0]
}

/** Where a person puts right what a failure of a release's objects says: in a manifest, or in the Service document. */
export function placeOfFailure(failure: Failure, { release, rendered }: PreparedRelease, application: Application): Place | undefined {
  const field = inService[failure.code]
  const about = objectOf(failure, rendered)
  if (field !== undefined || !about) return servicePlace(application, release.service, field)
  const { path, at } = pathIn(failure, about)
  return about.place(path, at)
}

function pathIn({ code, facts }: Failure, { object }: RenderedObject): { readonly path: YamlPath; readonly at?: 'key' | 'value' } {
  if (code === 'SL-RELEASE-RULE-HOST') return { path: ['spec', 'host'] }
  const { http, rules } = (object.spec ?? {}) as { readonly http?: readonly Entry[]; readonly rules?: readonly Entry[] }
  const list = http ? 'http' : 'rules'
  const entries = http ?? rules ?? []
  const index = entries.findIndex((entry, at) => entryLabel(entry, at) === facts['entry'])
  if (index >= 0) return { path: ['spec', list, index, ...keyOf(facts['by'], entries[index])], at: 'key' }
  return code === 'SL-TRAFFIC-SEVERAL-ROUTES' ? { path: ['spec', list], at: 'key' } : { path: ['metadata', 'name'] }
}

type Entry = Readonly<Record<string, unknown>>

/** What an entry does in place of sending on, where it has a key for that: a filter of an HTTPRoute has none. */
function keyOf(by: unknown, entry: Entry | undefined): readonly string[] {
  return typeof by === 'string' && entry !== undefined && by in entry ? [by] : []
}
