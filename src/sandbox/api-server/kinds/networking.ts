import type { KubernetesObject } from '#base/index.ts'
import type { FieldError } from '../status.ts'
import { ageColumn, nameColumn, selectorText, text } from '../table/column.ts'
import { among, invalidValue, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Path {
  readonly path?: string
  readonly pathType?: string | null
  readonly backend: { readonly service?: unknown; readonly resource?: unknown }
}

interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly ingressClassName?: string
    readonly defaultBackend?: unknown
    readonly tls?: readonly unknown[]
    readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths?: readonly Path[] | null } }[]
  }
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } }
}

const asIngress = (object: KubernetesObject): Ingress => object as Ingress

function checkPath({ path = '', pathType, backend }: Path, field: string): readonly FieldError[] {
  if (!pathType) return [required(`${field}.pathType`, 'pathType must be specified')]
  return [
    ...among(`${field}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']),
    ...when(pathType !== 'ImplementationSpecific' && !path.startsWith('/'), () =>
      invalidValue(`${field}.path`, path, 'must be an absolute path'),
    ),
    ...when(!backend.service && !backend.resource, () => required(`${field}.backend`, 'port name or number is required')),
  ]
}

function checkIngress(object: KubernetesObject): readonly FieldError[] {
  const { rules = [], defaultBackend } = asIngress(object).spec
  if (rules.length === 0 && !defaultBackend) return [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')]
  return rules.flatMap(({ http }, i) => (http?.paths ?? []).flatMap((path, j) => checkPath(path, `spec.rules[${i}].http.paths[${j}]`)))
}

export const ingresses = builtIn('networking.k8s.io', {
  kind: 'Ingress',
  plural: 'ingresses',
  short: 'ing',
  subresources: ['status'],
  generation: true,
  rules: { check: checkIngress },
  columns: [
    nameColumn,
    text('Class', object => asIngress(object).spec.ingressClassName ?? '<none>'),
    text('Hosts', object => (asIngress(object).spec.rules ?? []).map(({ host }) => host ?? '*').join(',') || '*'),
    text('Address', object =>
      (asIngress(object).status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '').join(','),
    ),
    text('Ports', object => (asIngress(object).spec.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
})

interface IngressClass extends KubernetesObject {
  readonly spec?: { readonly controller?: string }
}

export const ingressClasses = builtIn('networking.k8s.io', {
  kind: 'IngressClass',
  plural: 'ingressclasses',
  scope: 'cluster',
  generation: true,
  columns: [
    nameColumn,
    text('Controller', object => (object as IngressClass).spec?.controller ?? ''),
    text('Parameters', () => '<none>'),
    ageColumn,
  ],
})

interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> }
    readonly egress?: readonly unknown[]
    readonly policyTypes?: readonly string[]
  }
}

export const networkPolicies = builtIn('networking.k8s.io', {
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  short: 'netpol',
  generation: true,
  rules: {
    defaults: object => {
      const { spec } = object as NetworkPolicy
      return { ...object, spec: { ...spec, policyTypes: spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])] } }
    },
  },
  columns: [nameColumn, text('Pod-Selector', object => selectorText((object as NetworkPolicy).spec.podSelector)), ageColumn],
})
