import type { Objects } from './objects.ts'

/**
 * A selector for the pods that one of Istio's Gateways is for, as kubectl writes selectors. Empty: all gateways. Undefined: there is no
 * such Gateway. `gateway` is `namespace/name`.
 */
export async function gatewaySelector(objects: Objects, gateway: string, signal?: AbortSignal): Promise<string | undefined> {
  const [namespace = '', name = ''] = gateway.split('/')
  const found = await objects.get({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', namespace, name }, signal)
  const { selector = {} } = (found?.spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> }
  return found && labelsOf(selector)
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
