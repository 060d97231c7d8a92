import { fullName, type Gateway } from '../objects.ts'

/** The name of all sidecars, where gateways are named. */
export const mesh = 'mesh'

/**
 * The gateway that a VirtualService of `namespace` means, as `namespace/name`: `gw` and `./gw` are beside it,
 * `gw.infra.svc.cluster.local` is the old way of writing `infra/gw`.
 */
export function resolveGateway(reference: string, namespace: string): string {
  if (reference === mesh) return mesh
  const slash = reference.indexOf('/')
  if (slash >= 0) return reference.startsWith('./') ? `${namespace}/${reference.slice(2)}` : reference
  const [name = '', owner = namespace] = reference.split('.')
  return `${owner}/${name}`
}

/** The gateways that a VirtualService is bound to; the mesh where it names none. */
export function boundGateways(gateways: readonly string[] | undefined, namespace: string): readonly string[] {
  return gateways?.length ? gateways.map(reference => resolveGateway(reference, namespace)) : [mesh]
}

/** Names of the Gateways that choose a pod with these labels; one without a selector chooses every gateway. */
export function gatewaysSelecting(gateways: readonly Gateway[], podLabels: Readonly<Record<string, string>>): readonly string[] {
  return gateways.filter(({ spec }) => Object.entries(spec.selector ?? {}).every(([key, value]) => podLabels[key] === value)).map(fullName)
}
