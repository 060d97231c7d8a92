import type { Clock, KubernetesObject, Random } from '#base/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'
import { NoAnswer, type Address, type PodRuntime, type Program } from '#sandbox/pods/index.ts'
import { generateLoad, loadSettings } from './generate-load.ts'

/** The annotation of a pod by which the sandbox runs a program of its own in it: `load-generator`, set by the container's environment. */
export const RUNS = 'sandbox.sluice.dev/runs'

export interface LoadWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly send: PodRuntime['send']
}

/** The load generator, for a pod that asks for it and says where to send; undefined for all others. */
export function loadProgram(pod: KubernetesObject, world: LoadWorld): Program | undefined {
  const settings = pod.metadata.annotations?.[RUNS] === 'load-generator' ? loadSettings(environmentOf(pod)) : undefined
  if (!settings) return undefined
  const { url, host, perSecond } = settings
  const request = { method: 'GET', path: `${url.pathname}${url.search}`, headers: { host: host ?? url.host } }
  return generateLoad({
    clock: world.clock,
    perSecond,
    async send(signal) {
      const { status, headers } = await world.send(addressBehind(url, world), request, signal)
      return { status, version: headers['x-version'] }
    },
  })
}

interface Slice extends KubernetesObject {
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[] | null
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null
}

/** A ready pod behind `SERVICE.NAMESPACE…`, by chance, as kube-proxy chooses. Throws NoAnswer where there is none. */
function addressBehind(url: URL, { store, random }: LoadWorld): Address {
  const [name = '', namespace = 'default'] = url.hostname.split('.')
  const service = store.get('services', { namespace, name })
  const port = Number(url.port || 80)
  const { ports = [] } = (service?.spec ?? {}) as { readonly ports?: readonly { readonly name?: string; readonly port: number }[] }
  const portName = ports.find(each => each.port === port)?.name ?? ''
  const addresses = (store.list('endpointslices.discovery.k8s.io', namespace) as readonly Slice[])
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap(slice => addressesIn(slice, portName))
  const chosen = addresses[Math.floor(random() * addresses.length)]
  if (!service || !chosen) throw new NoAnswer({ ip: url.hostname, port }, 'refused')
  return chosen
}

function addressesIn({ endpoints, ports }: Slice, portName: string): readonly Address[] {
  const port = ports?.find(({ name = '' }) => name === portName)?.port
  if (port === undefined) return []
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses: [ip] }) => (ip === undefined ? [] : [{ ip, port }]))
}

function environmentOf({ spec }: KubernetesObject): Readonly<Record<string, string>> {
  const { containers } = (spec ?? {}) as {
    readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[]
  }
  return Object.fromEntries((containers?.[0]?.env ?? []).map(({ name, value = '' }) => [name, value]))
}
