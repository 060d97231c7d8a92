import type { KubernetesObject, Random } from '#base/index.ts'
import type { Surroundings } from '../resource.ts'
import type { FieldError } from '../status.ts'
import { ageColumn, nameColumn, pairs, text, wide, type Column } from '../table/column.ts'
import { among, forbiddenField, invalidValue, notSupported, required, when } from '../validation/field-errors.ts'
import { checkUnique } from '../validation/metadata.ts'
import { builtIn } from './define.ts'
import { isPort, portRange } from './pod-spec.ts'

interface Port {
  readonly name?: string
  readonly protocol?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly nodePort?: number
}

interface Service extends KubernetesObject {
  readonly spec: {
    readonly type?: string
    readonly ports?: readonly Port[]
    readonly selector?: Readonly<Record<string, string>>
    readonly clusterIP?: string
    readonly clusterIPs?: readonly string[]
    readonly externalName?: string
    readonly externalIPs?: readonly string[]
    readonly sessionAffinity?: string
    readonly internalTrafficPolicy?: string
    readonly externalTrafficPolicy?: string
    readonly allocateLoadBalancerNodePorts?: boolean
    readonly ipFamilies?: readonly string[]
    readonly ipFamilyPolicy?: string
  }
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } }
}

const asService = (object: KubernetesObject): Service => object as Service
const outside = (type: string | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer'

function defaults(object: KubernetesObject): KubernetesObject {
  const { spec } = asService(object)
  const ports = spec.ports?.map(port => ({ ...port, targetPort: port.targetPort || port.port }))
  return {
    ...object,
    spec: {
      ...spec,
      ...(ports ? { ports } : {}),
      ...(spec.type === 'ExternalName' ? {} : { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' }),
      ...(outside(spec.type) ? { externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster' } : {}),
      ...(spec.type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true } : {}),
    },
  }
}

/** The cluster's Service network, as a usual cluster has it: 10.96.0.0/12, of which the first /16 is handed out. */
const network = '10.96'
const nodePorts = { first: 30_000, last: 32_767 }

function pickUnused<T>(random: Random, used: ReadonlySet<T>, make: (value: number) => T): T {
  for (;;) {
    const made = make(random())
    if (!used.has(made)) return made
  }
}

/** Gives a Service its addresses and node ports, where it needs and does not name them. */
function allocate(object: KubernetesObject, { random, list }: Surroundings): KubernetesObject {
  const { spec } = asService(object)
  const others = list('services').map(asService)
  const { clusterIP, clusterIPs, ...rest } = spec
  if (spec.type === 'ExternalName') return { ...object, spec: rest }
  const usedIps = new Set(others.flatMap(other => other.spec.clusterIP ?? []))
  const usedPorts = new Set(others.flatMap(other => other.spec.ports?.flatMap(port => port.nodePort ?? []) ?? []))
  const address = (value: number): string => `${network}.${Math.floor(value * 256)}.${1 + (Math.floor(value * 65_536) % 254)}`
  const ip = clusterIP ?? clusterIPs?.[0] ?? pickUnused(random, usedIps, address)
  const withNodePort = (port: Port): Port => {
    if (port.nodePort || !outside(spec.type)) return port
    const nodePort = pickUnused(random, usedPorts, value => nodePorts.first + Math.floor(value * (nodePorts.last - nodePorts.first)))
    usedPorts.add(nodePort)
    return { ...port, nodePort }
  }
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.ports ? { ports: spec.ports.map(withNodePort) } : {}),
      clusterIP: ip,
      clusterIPs: [ip],
      ipFamilies: spec.ipFamilies ?? ['IPv4'],
      ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
    },
  }
}

/** An update that says nothing about addresses and node ports keeps what was given. */
function keepAllocated(object: KubernetesObject, old: KubernetesObject, around: Surroundings): KubernetesObject {
  const { spec } = asService(object)
  const before = asService(old).spec
  const ports = spec.ports?.map(port => {
    const same = before.ports?.find(p => p.port === port.port && p.protocol === port.protocol)
    return port.nodePort || !same?.nodePort || !outside(spec.type) ? port : { ...port, nodePort: same.nodePort }
  })
  const inherits = spec.type !== 'ExternalName' && before.type !== 'ExternalName'
  const addresses = inherits
    ? {
        clusterIP: spec.clusterIP ?? before.clusterIP,
        clusterIPs: spec.clusterIPs ?? before.clusterIPs,
        ipFamilies: spec.ipFamilies ?? before.ipFamilies,
        ipFamilyPolicy: spec.ipFamilyPolicy ?? before.ipFamilyPolicy,
      }
    : {}
  return allocate({ ...object, spec: { ...spec, ...addresses, ...(ports ? { ports } : {}) } }, around)
}

const protocols = ['SCTP', 'TCP', 'UDP']

function checkPort(port: Port, index: number, { type, ports = [] }: Service['spec']): readonly FieldError[] {
  const field = `spec.ports[${index}]`
  const { targetPort } = port
  return [
    ...when(!port.name && ports.length > 1, () => required(`${field}.name`)),
    ...when(!isPort(port.port), () => invalidValue(`${field}.port`, port.port, portRange)),
    ...when(port.protocol && !protocols.includes(port.protocol), () => notSupported(`${field}.protocol`, port.protocol, protocols)),
    ...when(typeof targetPort === 'number' && !isPort(targetPort), () => invalidValue(`${field}.targetPort`, targetPort, portRange)),
    ...when(typeof targetPort === 'string' && !/^[a-z0-9-]*$/i.test(targetPort), () =>
      invalidValue(`${field}.targetPort`, targetPort, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'),
    ),
    ...when(port.nodePort && !outside(type), () => forbiddenField(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'")),
  ]
}

const inNetwork = (ip: string): boolean => /^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/.test(ip)

function check(object: KubernetesObject): readonly FieldError[] {
  const { spec } = asService(object)
  const ports = spec.ports ?? []
  const [ip] = spec.clusterIPs ?? []
  const headless = ip === 'None'
  return [
    ...when(ports.length === 0 && spec.type !== 'ExternalName' && !headless, () => required('spec.ports')),
    ...when(spec.type === 'ExternalName' && !spec.externalName, () => required('spec.externalName')),
    ...ports.flatMap((port, index) => checkPort(port, index, spec)),
    ...checkUnique(
      ports,
      port => port.name,
      index => `spec.ports[${index}].name`,
    ),
    ...among('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...among('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...when(ip && !headless && !inNetwork(ip), () =>
      invalidValue(
        'spec.clusterIPs',
        spec.clusterIPs,
        `failed to allocate IP ${ip}: the provided network does not match the current range`,
      ),
    ),
  ]
}

function checkUpdate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const before = asService(old).spec
  const { clusterIPs = [], type } = asService(object).spec
  const changed = type !== 'ExternalName' && before.type !== 'ExternalName' && clusterIPs[0] !== before.clusterIPs?.[0]
  return when(changed && before.clusterIPs?.[0], () => invalidValue('spec.clusterIPs[0]', before.clusterIPs, 'may not change once set'))
}

function externalIp(object: KubernetesObject): string {
  const { spec, status } = asService(object)
  const given = (spec.externalIPs ?? []).join(',')
  if (spec.type === 'ExternalName') return spec.externalName ?? ''
  if (spec.type !== 'LoadBalancer') return given || '<none>'
  const balanced = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '').join(',')
  return [balanced, given].filter(Boolean).join(',') || '<pending>'
}

const columns: readonly Column[] = [
  nameColumn,
  text('Type', object => asService(object).spec.type),
  text('Cluster-IP', object => asService(object).spec.clusterIP ?? '<none>'),
  text('External-IP', externalIp),
  text(
    'Port(s)',
    object =>
      asService(object)
        .spec.ports?.map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
        .join(',') ?? '<none>',
  ),
  ageColumn,
  wide(text('Selector', object => pairs(asService(object).spec.selector))),
]

export const services = builtIn('', {
  kind: 'Service',
  short: 'svc',
  categories: 'all',
  subresources: ['status'],
  nameForm: 'serviceName',
  selectable: ['spec.clusterIP', 'spec.type'],
  rules: { defaults, beforeCreate: allocate, beforeUpdate: keepAllocated, check, checkUpdate },
  columns,
})
