import type { KubernetesObject } from '#base/index.ts'
import { equal } from '../json.ts'
import type { FieldError } from '../status.ts'
import { age, ageColumn, count, nameColumn, selectorText, span, text, wide } from '../table/column.ts'
import { immutable, notSupported, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'
import { checkTemplate, withTemplateDefaults, type PodTemplate } from './pod-spec.ts'

interface JobSpec {
  readonly template: PodTemplate
  readonly completions?: number
  readonly parallelism?: number
  readonly suspend?: boolean
  readonly manualSelector?: boolean
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> }
}

interface Job extends KubernetesObject {
  readonly spec: JobSpec
  readonly status?: {
    readonly succeeded?: number
    readonly startTime?: string
    readonly completionTime?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

const asJob = (object: KubernetesObject): Job => object as Job

function specDefaults(spec: JobSpec): JobSpec {
  const made = withTemplateDefaults(spec)
  const single = spec.completions === undefined && spec.parallelism === undefined
  return { ...made, ...(single ? { completions: 1 } : {}), parallelism: spec.parallelism ?? 1 }
}

/** A Job's pods are found by the Job's own uid, unless its author chose a selector. */
function withSelector(object: KubernetesObject): KubernetesObject {
  const { spec, metadata } = asJob(object)
  if (spec.manualSelector) return object
  const uid = metadata.uid ?? ''
  const labels = {
    ...spec.template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': uid,
    'job-name': metadata.name,
  }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  return { ...object, spec: { ...spec, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } }, template } }
}

const checkJobTemplate = (template: PodTemplate, field: string) => {
  const policy = template.spec.restartPolicy
  return [
    ...checkTemplate(template, field),
    ...when(policy === 'Always', () =>
      policy ? notSupported(`${field}.spec.restartPolicy`, policy, ['OnFailure', 'Never']) : required(`${field}.spec.restartPolicy`),
    ),
  ]
}

/** A Job does what it was made for; one that is suspended may still be placed elsewhere. */
function checkFixedTemplate(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const { template } = asJob(object).spec
  const { spec } = asJob(old)
  return when(!spec.suspend && !equal(template, spec.template), () => immutable('spec.template', template))
}

function jobState({ metadata, status, spec }: Job): string {
  const holds = (type: string): boolean => status?.conditions?.some(c => c.type === type && c.status === 'True') ?? false
  if (metadata.deletionTimestamp) return 'Terminating'
  for (const type of ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet']) if (holds(type)) return type
  return spec.suspend ? 'Suspended' : 'Running'
}

function duration(object: KubernetesObject, now: number): string {
  const { startTime, completionTime } = asJob(object).status ?? {}
  if (!startTime) return ''
  return span((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime))
}

const containers = (of: 'name' | 'image') => (object: KubernetesObject) =>
  asJob(object)
    .spec.template.spec.containers?.map(container => container[of])
    .join(',') ?? ''

export const jobs = builtIn('batch', {
  kind: 'Job',
  categories: 'all',
  subresources: ['status'],
  generation: true,
  rules: {
    defaults: object => ({ ...object, spec: specDefaults(asJob(object).spec) }),
    beforeCreate: withSelector,
    check: object => checkJobTemplate(asJob(object).spec.template, 'spec.template'),
    checkUpdate: checkFixedTemplate,
  },
  columns: [
    nameColumn,
    text('Status', object => jobState(asJob(object))),
    text('Completions', object => `${asJob(object).status?.succeeded ?? 0}/${asJob(object).spec.completions ?? 1}`),
    text('Duration', duration),
    ageColumn,
    wide(text('Containers', containers('name'))),
    wide(text('Images', containers('image'))),
    wide(text('Selector', object => selectorText(asJob(object).spec.selector))),
  ],
})

interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly suspend?: boolean
    readonly jobTemplate: { readonly spec: JobSpec }
  }
  readonly status?: { readonly active?: readonly unknown[]; readonly lastScheduleTime?: string }
}

const asCronJob = (object: KubernetesObject): CronJob => object as CronJob

export const cronJobs = builtIn('batch', {
  kind: 'CronJob',
  short: 'cj',
  categories: 'all',
  subresources: ['status'],
  generation: true,
  rules: {
    defaults: object => {
      const { spec } = asCronJob(object)
      return { ...object, spec: { ...spec, jobTemplate: { ...spec.jobTemplate, spec: withTemplateDefaults(spec.jobTemplate.spec) } } }
    },
    check: object => {
      const { spec } = asCronJob(object)
      return [
        ...when(!spec.schedule, () => required('spec.schedule')),
        ...checkJobTemplate(spec.jobTemplate.spec.template, 'spec.jobTemplate.spec.template'),
      ]
    },
  },
  columns: [
    nameColumn,
    text('Schedule', object => asCronJob(object).spec.schedule),
    text('Timezone', object => asCronJob(object).spec.timeZone ?? '<none>'),
    text('Suspend', object => (asCronJob(object).spec.suspend ? 'True' : 'False')),
    count('Active', object => asCronJob(object).status?.active?.length ?? 0),
    text('Last Schedule', (object, now) => {
      const { lastScheduleTime } = asCronJob(object).status ?? {}
      return lastScheduleTime ? age(lastScheduleTime, now) : '<none>'
    }),
    ageColumn,
  ],
})
