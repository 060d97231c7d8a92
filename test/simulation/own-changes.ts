import type { KubernetesObject } from '#base/index.ts'
import type { ApiResponse } from '#delegate/kubernetes/index.ts'

export interface OwnChanges {
  /** A change made this version of an object, and these things would be wrong with it if it were the run's. */
  seen(object: KubernetesObject, wrong: readonly string[]): void
  /** The API server took a write of the run. */
  took(answer: ApiResponse): void
}

/** Tells what is wrong with changes of the run, not of others: whose a change was may be known before or after it is seen. */
export function newOwnChanges(violation: (text: string) => void): OwnChanges {
  /** By the version that a change made. */
  const found = new Map<string, readonly string[]>()
  const own = new Set<string>()
  const judge = (version: string): void => {
    const wrong = found.get(version)
    if (wrong && own.delete(version)) for (const text of wrong) violation(text)
  }
  return {
    seen({ metadata: { resourceVersion = '' } }, wrong) {
      if (wrong.length > 0) found.set(resourceVersion, wrong)
      judge(resourceVersion)
    },
    took({ body }) {
      const { resourceVersion = '' } = (body as Partial<KubernetesObject>).metadata ?? {}
      own.add(resourceVersion)
      judge(resourceVersion)
    },
  }
}
