import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesFolder, casesOf, type Case } from '../../../../../test/cases.ts'
import { isIstio, type Gateway, type IstioKind, type Sidecar, type VirtualService } from '../objects.ts'
import { gatewayHosts } from './gateway-hosts.ts'
import { gatewaysSelecting } from './gateway-reference.ts'
import { callerHosts, resolveRequest, routingTable, type RoutingConfig } from './resolve.ts'
import type { KnownService } from './shares.ts'
import type { HostConfig } from './virtual-hosts.ts'

interface WithManifests extends Case {
  readonly manifests: readonly KubernetesObject[]
}

const ofKind = <T>(objects: readonly KubernetesObject[], kind: IstioKind): readonly T[] =>
  objects.filter(object => isIstio(object, kind)) as unknown as readonly T[]
const configOf = ({ manifests }: WithManifests, domain: string): HostConfig => ({
  virtualServices: ofKind<VirtualService>(manifests, 'VirtualService'),
  gateways: ofKind<Gateway>(manifests, 'Gateway'),
  services: undefined,
  domain,
})
const ingress = { istio: 'ingressgateway' }

interface MergeCase extends WithManifests {
  readonly routeConfig: string
  readonly expect: {
    readonly virtualHosts: Readonly<Record<string, readonly string[]>>
    readonly routeCount: Readonly<Record<string, number>>
    readonly tlsRedirectOnAllHosts: boolean
  }
}

casesOf<MergeCase>('routing-gateway-merge.json', {
  run(one) {
    const config = configOf(one, 'cluster.local')
    const port = Number(one.routeConfig.split('.')[1])
    const hosts = gatewayHosts(config, {
      gateways: gatewaysSelecting(config.gateways, ingress),
      port,
      namespace: 'default',
      labels: ingress,
    })
    expect(Object.fromEntries(hosts.map(({ domain }) => [`${domain}:${port}`, [domain]]))).toEqual(one.expect.virtualHosts)
    expect(Object.fromEntries(hosts.map(({ domain, routes }) => [`${domain}:${port}`, routes.length]))).toEqual(one.expect.routeCount)
    expect(hosts.every(host => host.httpsRedirect === true)).toBe(one.expect.tlsRedirectOnAllHosts)
  },
})

interface GatewayCall {
  readonly request: {
    readonly host: string
    readonly path: string
    readonly port: number
    readonly protocol: string
    readonly tls?: string
  }
  readonly expect: { readonly destination?: { readonly cluster: string }; readonly error?: string }
}

casesOf<WithManifests & { readonly calls: readonly GatewayCall[] }>('routing-gateway.json', {
  notExpressible: ({ calls }) =>
    calls.some(({ request }) => request.protocol !== 'http' || request.tls)
      ? 'connections, not requests: what a listener makes of TLS and TCP'
      : undefined,
  run(one) {
    const { virtualServices, gateways } = configOf(one, '')
    for (const { request, expect: expected } of one.calls) {
      const caller = { gateways: gatewaysSelecting(gateways, ingress), namespace: 'default', labels: ingress, port: request.port }
      const resolution = resolveRequest({ virtualServices, gateways, domain: '' }, caller, request)
      if (expected.destination)
        expect(resolution).toMatchObject({ is: 'routed', destinations: [{ cluster: expected.destination.cluster }] })
      else if (expected.error?.startsWith('https-redirect'))
        expect(resolution).toMatchObject({ by: 'https-redirect', answer: { status: 301 } })
      else expect(resolution).toEqual({ is: 'unknown-host' })
    }
  },
})

interface SidecarCase extends WithManifests {
  readonly variant: string
  readonly client: { readonly namespace: string; readonly listenerPort: number }
  readonly expect: { readonly virtualHosts: Readonly<Record<string, readonly { readonly cluster: string }[] | null>> }
}

casesOf<SidecarCase>('routing-sidecar.json', {
  notExpressible: ({ variant }) =>
    variant === 'httproute'
      ? 'an HTTPRoute bound to a Service: explain names it as not followed, runs take HTTPRoutes at Gateways alone'
      : undefined,
  run(one) {
    const config: RoutingConfig = {
      virtualServices: configOf(one, '').virtualServices,
      services: sidecarServices(),
      sidecars: ofKind<Sidecar>(one.manifests, 'Sidecar'),
    }
    const caller = { namespace: one.client.namespace, port: one.client.listenerPort }
    const table = routingTable(config, caller)
    const domains = callerHosts(config, caller).virtualHosts.map(({ domain }) => domain)
    for (const [host, clusters] of Object.entries(one.expect.virtualHosts ?? {})) {
      const resolution = table({ host: host.replace('*', 'any'), path: '/' })
      if (clusters) expect(resolution).toMatchObject({ is: 'routed', destinations: clusters.map(({ cluster }) => ({ cluster })) })
      else expect(domains).not.toContain(host)
    }
  },
})

/** The services that the file's head describes. */
function sidecarServices(): readonly KnownService[] {
  const path = `${casesFolder}/routing-sidecar.json`
  if (!existsSync(path)) return []
  const { meta } = JSON.parse(readFileSync(path, 'utf8')) as { meta: { services: readonly KubernetesObject[] } }
  return meta.services.map(({ metadata, spec }) => ({
    host: `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
    ports: (spec as { ports: readonly { port: number }[] }).ports.map(({ port }) => port),
  }))
}
