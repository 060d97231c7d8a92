import type { FieldError } from '../status.ts'
import { among, duplicate, invalidValue, notSupported, required, when } from '../validation/field-errors.ts'
import { checkLabels, checkUnique } from '../validation/metadata.ts'
import { nameFaults } from '../validation/names.ts'

type Quantities = Readonly<Record<string, string>>

export interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  readonly hostPort?: number
  readonly protocol?: string
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly ports?: readonly ContainerPort[]
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[]
  readonly resources?: { readonly limits?: Quantities; readonly requests?: Quantities }
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}

export interface PodSpec {
  readonly containers: readonly Container[] | null
  readonly initContainers?: readonly Container[]
  readonly volumes?: readonly { readonly name: string }[]
  readonly restartPolicy?: string
  readonly hostNetwork?: boolean
  readonly nodeName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly tolerations?: readonly object[]
  readonly enableServiceLinks?: boolean
  readonly serviceAccountName?: string
  readonly serviceAccount?: string
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

/** Without a tag, or with `latest`, an image is pulled every time. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^:/]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function withDefaults(container: Container, hostNetwork: boolean): Container {
  const ports = hostNetwork ? container.ports?.map(port => ({ ...port, hostPort: port.hostPort ?? port.containerPort })) : container.ports
  return {
    ...container,
    ...(ports ? { ports } : {}),
    imagePullPolicy: container.imagePullPolicy ?? pullPolicy(container.image ?? ''),
  }
}

/** Defaults of a pod's or a template's spec that depend on other fields. */
export function podSpecDefaults(spec: PodSpec): PodSpec {
  const fill = (containers: readonly Container[]): readonly Container[] => containers.map(c => withDefaults(c, spec.hostNetwork ?? false))
  const account = spec.serviceAccountName ?? spec.serviceAccount
  return {
    ...spec,
    ...(account ? { serviceAccountName: account, serviceAccount: account } : {}),
    ...(spec.initContainers ? { initContainers: fill(spec.initContainers) } : {}),
    containers: spec.containers ? fill(spec.containers) : spec.containers,
  }
}

/** An object whose template has its defaults. */
export const withTemplateDefaults = <T extends { readonly template?: PodTemplate | null }>(spec: T): T =>
  spec.template ? { ...spec, template: { ...spec.template, spec: podSpecDefaults(spec.template.spec) } } : spec

const label = (field: string, name: string): readonly FieldError[] =>
  nameFaults('label', name).map(fault => invalidValue(field, name, fault))

export const portRange = 'must be between 1 and 65535, inclusive'
export const isPort = (port: number | undefined): boolean => port !== undefined && port >= 1 && port <= 65_535

function checkContainer(container: Container, field: string, volumes: ReadonlySet<string>): readonly FieldError[] {
  const { name, image, ports = [], env = [], volumeMounts = [], imagePullPolicy } = container
  return [
    ...(name ? label(`${field}.name`, name) : [required(`${field}.name`)]),
    ...when(!image, () => required(`${field}.image`)),
    ...when(image && image !== image.trim(), () => invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')),
    ...ports.flatMap((port, i) => checkPort(port, `${field}.ports[${i}]`)),
    ...checkUnique(
      ports,
      port => port.name,
      i => `${field}.ports[${i}].name`,
    ),
    ...env.flatMap(({ name: key, value, valueFrom }, i) => [
      ...when(!key, () => required(`${field}.env[${i}].name`)),
      ...when(value && valueFrom, () => invalidValue(`${field}.env[${i}].valueFrom`, '', 'may not be specified when `value` is not empty')),
    ]),
    ...volumeMounts.flatMap((mount, i) => [
      ...when(!mount.name, () => required(`${field}.volumeMounts[${i}].name`)),
      ...when(mount.name && !volumes.has(mount.name), () => ({
        reason: 'FieldValueNotFound' as const,
        field: `${field}.volumeMounts[${i}].name`,
        message: `Not found: "${mount.name}"`,
      })),
      ...when(!mount.mountPath, () => required(`${field}.volumeMounts[${i}].mountPath`)),
    ]),
    ...among(`${field}.imagePullPolicy`, imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
  ]
}

function checkPort({ containerPort, protocol, hostPort }: ContainerPort, field: string): readonly FieldError[] {
  return [
    ...when(!containerPort, () => required(`${field}.containerPort`)),
    ...when(containerPort && !isPort(containerPort), () => invalidValue(`${field}.containerPort`, containerPort, portRange)),
    ...when(hostPort && !isPort(hostPort), () => invalidValue(`${field}.hostPort`, hostPort, portRange)),
    ...when(protocol && !['SCTP', 'TCP', 'UDP'].includes(protocol), () =>
      notSupported(`${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
    ),
  ]
}

/** A pod's spec at `field`. */
export function checkPodSpec(spec: PodSpec, field: string): readonly FieldError[] {
  const volumes = spec.volumes ?? []
  const names = new Set(volumes.map(volume => volume.name))
  const lists = [
    [spec.containers ?? [], 'containers'],
    [spec.initContainers ?? [], 'initContainers'],
  ] as const
  const containers = lists.flatMap(([list, name]) => list.flatMap((c, i) => checkContainer(c, `${field}.${name}[${i}]`, names)))
  const seen = new Set<string>()
  const twice = lists.flatMap(([list, name]) =>
    list.flatMap((c, i) => {
      const again = seen.has(c.name)
      seen.add(c.name)
      return when(again && c.name, () => duplicate(`${field}.${name}[${i}].name`, c.name))
    }),
  )
  return [
    ...volumes.flatMap((volume, i) =>
      volume.name ? label(`${field}.volumes[${i}].name`, volume.name) : [required(`${field}.volumes[${i}].name`)],
    ),
    ...checkUnique(
      volumes,
      volume => volume.name,
      i => `${field}.volumes[${i}].name`,
    ),
    ...when(!spec.containers?.length, () => required(`${field}.containers`)),
    ...containers,
    ...twice,
    ...among(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...when((spec.terminationGracePeriodSeconds ?? 0) < 0, () =>
      invalidValue(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0'),
    ),
  ]
}

/** A pod template at `field`. */
export const checkTemplate = (template: PodTemplate, field: string): readonly FieldError[] => [
  ...checkLabels(template.metadata?.labels, `${field}.metadata.labels`),
  ...checkPodSpec(template.spec, `${field}.spec`),
]
