import type { KubernetesObject } from '#base/index.ts'
import type { Objects } from './objects.ts'

/**
 * A selector for the pods that one of Istio's Gateways is for, as kubectl writes selectors. Empty: all gateways. Undefined: there is no
 * such Gateway. `gateway` is `namespace/name`.
 */
export async function gatewaySelector(objects: Objects, gateway: string, signal?: AbortSignal): Promise<string | undefined> {
  const [namespace = '', name = ''] = gateway.split('/')
  const found = await objects.get({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', namespace, name }, signal)
  return found && selectorOf(found)
}

/** The same of a Gateway, or of a Service, that has been read. */
export function selectorOf({ spec }: KubernetesObject): string {
  const { selector = {} } = (spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> }
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
