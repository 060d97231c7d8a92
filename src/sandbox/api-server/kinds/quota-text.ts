import type { KubernetesObject } from '#base/index.ts'

interface ResourceQuota extends KubernetesObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> }
  readonly status?: { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> }
}

/** `pods: 2/10, requests.cpu: 1/4` of a quota: what is used of what may be; of the limits, or of all else. */
export function quotaText(object: KubernetesObject, limits: boolean): string {
  const { spec, status } = object as ResourceQuota
  return Object.entries(spec?.hard ?? {})
    .filter(([key]) => key.startsWith('limits') === limits)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, hard]) => `${key}: ${status?.used?.[key] ?? '0'}/${status?.hard?.[key] ?? hard}`)
    .join(', ')
}
