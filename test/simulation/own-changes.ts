import type { KubernetesObject } from '#base/index.ts'
import type { ApiRequest, ApiResponse } from '#delegate/kubernetes/index.ts'

export interface OwnChanges<Change> {
  /** Somebody has made this version of an object, by this change. */
  seen(object: KubernetesObject, change: Change): void
  /** The API server took a write of the run. */
  took(request: ApiRequest, answer: ApiResponse): void
}

/** Tells the changes of the run from those of others: whose a change was may be known before or after it is seen. */
export function newOwnChanges<Change>(own: (change: Change, request: ApiRequest) => void): OwnChanges<Change> {
  /** By the version that a change made. */
  const changes = new Map<string, Change>()
  const requests = new Map<string, ApiRequest>()
  const judge = (version: string): void => {
    const [change, request] = [changes.get(version), requests.get(version)]
    if (change !== undefined && request && requests.delete(version)) own(change, request)
  }
  return {
    seen({ metadata: { resourceVersion = '' } }, change) {
      changes.set(resourceVersion, change)
      judge(resourceVersion)
    },
    took(request, { body }) {
      const { resourceVersion = '' } = (body as Partial<KubernetesObject>).metadata ?? {}
      requests.set(resourceVersion, request)
      judge(resourceVersion)
    },
  }
}
