import type { Clock } from '#base/index.ts'
import { failures } from './failures.ts'
import { groupVersion, knownResource, type Resource } from './kinds.ts'
import { orAborted } from './or-aborted.ts'

/** Istio's group: its versions hold the same fields without conversion, and clusters before Istio 1.22 do not serve v1. Best first. */
const istio = { group: 'networking.istio.io', versions: ['v1', 'v1beta1', 'v1alpha3'] }

/** Reads a discovery document; undefined where the API server has none at that path. */
type Read = (path: string) => Promise<unknown>

/** Discovery documents by path, remembered for a while. */
export interface Documents {
  /** `read` is called where the document is not known; whoever waits may go, the reading goes on for the others. */
  get(path: string, read: Read, signal?: AbortSignal): Promise<unknown>
}

/** Milliseconds: an upgrade of Istio changes what a cluster serves, and a delegate runs for months. */
const goodFor = 600_000

export function newDocuments(clock: Clock): Documents {
  const known = new Map<string, { readonly document: Promise<unknown>; readonly until: number }>()
  return {
    get(path, read, signal) {
      const present = known.get(path)
      if (present && present.until > clock.now()) return orAborted(present.document, signal)
      const document = read(path)
      known.set(path, { document, until: clock.now() + goodFor })
      // What is not there is asked for again next time: it may have been installed meanwhile.
      document.then(
        found => (found === undefined ? known.delete(path) : undefined),
        () => known.delete(path),
      )
      return orAborted(document, signal)
    },
  }
}

/** Finds the resource of a kind: from the table where it is well known, else by asking once and remembering. */
export interface Discovery {
  /** Fails with KIND_NOT_SERVED. Istio's kinds get the best version that is served, whatever version was asked for. */
  resource(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Resource>
}

/** `cluster` is its name, for failures. */
export function discovery(read: Read, cluster: string, documents: Documents): Discovery {
  const once = (path: string, signal?: AbortSignal): Promise<unknown> => documents.get(path, read, signal)
  return {
    async resource(apiVersion, kind, signal) {
      const { group } = groupVersion(apiVersion)
      const known = knownResource(apiVersion, kind)
      const found =
        known && group === istio.group
          ? withBestVersion(known, await once(`/apis/${group}`, signal))
          : (known ?? resourceIn(await once(group ? `/apis/${apiVersion}` : `/api/${apiVersion}`, signal), apiVersion, kind))
      if (!found) throw failures.KIND_NOT_SERVED({ cluster, kind, apiVersion })
      return found
    },
  }
}

interface APIGroup {
  readonly versions?: readonly { readonly version: string }[]
}

function withBestVersion(resource: Resource, document: unknown): Resource | undefined {
  const served = (document as APIGroup | undefined)?.versions?.map(({ version }) => version) ?? []
  if (served.includes(resource.version) && !istio.versions.includes(resource.version)) return resource
  const version = istio.versions.find(candidate => served.includes(candidate))
  return version === undefined ? undefined : { ...resource, version }
}

interface APIResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
}

function resourceIn(document: unknown, apiVersion: string, kind: string): Resource | undefined {
  const resources = (document as APIResourceList | undefined)?.resources ?? []
  // Subresources (`deployments/scale`) stand in the same list.
  const found = resources.find(resource => resource.kind === kind && !resource.name.includes('/'))
  return found && { ...groupVersion(apiVersion), plural: found.name, namespaced: found.namespaced }
}
