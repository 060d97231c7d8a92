import type { KubernetesObject } from '#base/index.ts'
import { equal } from '../json.ts'
import type { Resource, Rules } from '../resource.ts'
import type { FieldError } from '../status.ts'
import { ageColumn, count, nameColumn, selectorText, text, wide, type Column } from '../table/column.ts'
import { among, forbiddenField, immutable, invalidValue, notNegative, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'
import { checkTemplate, withTemplateDefaults, type PodTemplate } from './pod-spec.ts'

type Labels = Readonly<Record<string, string>>

interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: Readonly<Record<string, unknown>>
}

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly selector: Selector | null
    readonly template: PodTemplate
    readonly strategy?: Strategy
    readonly updateStrategy?: Strategy
    readonly minReadySeconds?: number
    readonly [key: string]: unknown
  }
  readonly status?: Readonly<Record<string, number | undefined>>
}

const asWorkload = (object: KubernetesObject): Workload => object as Workload

const matchers: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: value => value !== undefined,
  DoesNotExist: value => value === undefined,
}

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values = [] }) => matchers[operator]?.(labels[key], values) ?? false)

const isVoid = ({ matchLabels = {}, matchExpressions = [] }: Selector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0

function checkSelector({ spec: { selector, template } }: Workload): readonly FieldError[] {
  if (!selector) return [required('spec.selector')]
  if (isVoid(selector)) return [invalidValue('spec.selector', selector, 'empty selector is invalid for deployment')]
  const labels = template.metadata?.labels ?? {}
  return when(!selects(selector, labels), () =>
    invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
  )
}

function check(object: KubernetesObject): readonly FieldError[] {
  const workload = asWorkload(object)
  const { spec, status = {} } = workload
  return [
    ...notNegative('spec.replicas', spec.replicas),
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...checkSelector(workload),
    ...checkTemplate(spec.template, 'spec.template'),
    ...when(spec.template.spec.restartPolicy !== 'Always', () => ({
      reason: 'FieldValueNotSupported' as const,
      field: 'spec.template.spec.restartPolicy',
      message: `Unsupported value: "${spec.template.spec.restartPolicy}": supported values: "Always"`,
    })),
    ...Object.entries(status).flatMap(([key, value]) => (typeof value === 'number' ? notNegative(`status.${key}`, value) : [])),
  ]
}

const checkFixedSelector = (object: KubernetesObject, old: KubernetesObject): readonly FieldError[] => {
  const { selector } = asWorkload(object).spec
  return when(!equal(selector, asWorkload(old).spec.selector), () => immutable('spec.selector', selector))
}

/** What a rolling update gets by default, per kind. */
const withRolling = (strategy: Strategy | undefined, usual: Readonly<Record<string, unknown>>): Strategy =>
  strategy?.type === 'RollingUpdate' ? { ...strategy, rollingUpdate: { ...usual, ...strategy.rollingUpdate } } : { ...strategy }

function checkStrategy({ spec: { strategy } }: Workload): readonly FieldError[] {
  const rolling = strategy?.rollingUpdate
  return [
    ...among('spec.strategy.type', strategy?.type, ['Recreate', 'RollingUpdate']),
    ...when(strategy?.type === 'Recreate' && rolling, () =>
      forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"),
    ),
    ...when(rolling && isNone(rolling['maxSurge']) && isNone(rolling['maxUnavailable']), () =>
      invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rolling?.['maxUnavailable'], 'may not be 0 when `maxSurge` is 0'),
    ),
  ]
}

const isNone = (value: unknown): boolean => value === 0 || value === '0%'

const containers = (of: 'name' | 'image') => (object: KubernetesObject) =>
  asWorkload(object)
    .spec.template.spec.containers?.map(container => container[of])
    .join(',') ?? ''

const described: readonly Column[] = [
  wide(text('Containers', containers('name'))),
  wide(text('Images', containers('image'))),
  wide(text('Selector', object => selectorText(asWorkload(object).spec.selector ?? undefined))),
]

const status = (key: string) => (object: KubernetesObject) => asWorkload(object).status?.[key] ?? 0
const wanted = (object: KubernetesObject): number => asWorkload(object).spec.replicas ?? 0

const templated = (object: KubernetesObject): Workload => ({ ...asWorkload(object), spec: withTemplateDefaults(asWorkload(object).spec) })

const workload = (kind: string, short: string, columns: readonly Column[], rules: Rules, scaled = true): Resource =>
  builtIn('apps', {
    kind,
    short,
    categories: 'all',
    subresources: scaled ? ['scale', 'status'] : ['status'],
    generation: true,
    rules: { defaults: templated, check, checkUpdate: checkFixedSelector, ...rules },
    columns: [nameColumn, ...columns],
  })

export const deployments = workload(
  'Deployment',
  'deploy',
  [
    text('Ready', object => `${status('readyReplicas')(object)}/${wanted(object)}`),
    count('Up-to-date', status('updatedReplicas')),
    count('Available', status('availableReplicas')),
    ageColumn,
    ...described,
  ],
  {
    defaults: object => {
      const made = templated(object)
      return { ...made, spec: { ...made.spec, strategy: withRolling(made.spec.strategy, { maxUnavailable: '25%', maxSurge: '25%' }) } }
    },
    check: object => [...check(object), ...checkStrategy(asWorkload(object))],
  },
)

export const replicaSets: Resource = {
  ...workload(
    'ReplicaSet',
    'rs',
    [count('Desired', wanted), count('Current', status('replicas')), count('Ready', status('readyReplicas')), ageColumn, ...described],
    {},
  ),
  selectable: ['status.replicas'],
}

const fixedInStatefulSets = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
])

function checkStatefulSetUpdate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const next = asWorkload(object).spec
  const before = asWorkload(old).spec
  const changed = [...Object.keys(next), ...Object.keys(before)].some(
    key => !fixedInStatefulSets.has(key) && !equal(next[key], before[key]),
  )
  return when(changed, () =>
    forbiddenField(
      'spec',
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  )
}

export const statefulSets = workload(
  'StatefulSet',
  'sts',
  [text('Ready', object => `${status('readyReplicas')(object)}/${wanted(object)}`), ageColumn, ...described.slice(0, 2)],
  {
    defaults: object => {
      const made = templated(object)
      return { ...made, spec: { ...made.spec, updateStrategy: withRolling(made.spec.updateStrategy, { partition: 0 }) } }
    },
    checkUpdate: checkStatefulSetUpdate,
  },
)

const templateGeneration = 'deprecated.daemonset.template.generation'

const withTemplateGeneration = (object: KubernetesObject, value: string): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [templateGeneration]: value } },
})

export const daemonSets = workload(
  'DaemonSet',
  'ds',
  [
    count('Desired', status('desiredNumberScheduled')),
    count('Current', status('currentNumberScheduled')),
    count('Ready', status('numberReady')),
    count('Up-to-date', status('updatedNumberScheduled')),
    count('Available', status('numberAvailable')),
    text('Node Selector', () => '<none>'),
    ageColumn,
    ...described,
  ],
  {
    defaults: object => {
      const made = templated(object)
      const updateStrategy = withRolling(made.spec.updateStrategy, { maxUnavailable: 1, maxSurge: 0 })
      const known = made.metadata.annotations?.[templateGeneration]
      return withTemplateGeneration({ ...made, spec: { ...made.spec, updateStrategy } }, known ?? '1')
    },
    beforeUpdate: (object, old) => {
      const before = Number(old.metadata.annotations?.[templateGeneration] ?? 1)
      const changed = !equal(asWorkload(object).spec.template, asWorkload(old).spec.template)
      return withTemplateGeneration(object, String(changed ? before + 1 : before))
    },
  },
  false,
)

export const controllerRevisions = builtIn('apps', {
  kind: 'ControllerRevision',
  columns: [
    nameColumn,
    text('Controller', object => {
      const [owner] = object.metadata.ownerReferences ?? []
      return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>'
    }),
    count('Revision', object => object['revision'] ?? 0),
    ageColumn,
  ],
})

export const replicationControllers = builtIn('', {
  kind: 'ReplicationController',
  short: 'rc',
  categories: 'all',
  subresources: ['scale', 'status'],
  generation: true,
  rules: { defaults: templated },
  columns: [nameColumn, count('Desired', wanted), count('Current', status('replicas')), count('Ready', status('readyReplicas')), ageColumn],
})
