import type { KubernetesObject, ObjectMeta } from '#base/index.ts'
import type { Resource } from '../resource.ts'
import type { FieldError } from '../status.ts'
import { duplicate, forbiddenField, immutable, invalidValue, required, when } from './field-errors.ts'
import { keyFaults, labelValueFaults, nameFaults, prefixFaults } from './names.ts'

const all = (field: string, value: unknown, faults: readonly string[]): readonly FieldError[] =>
  faults.map(fault => invalidValue(field, value, fault))

/** Keys and values of a label map. */
export const checkLabels = (labels: Readonly<Record<string, string>> | undefined, field: string): readonly FieldError[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...all(field, key, keyFaults(key)),
    ...all(field, value, labelValueFaults(value)),
  ])

/** All annotations of an object together: the API server allows 256 KiB. */
const annotationBytes = 256 * 1024

function checkAnnotations(annotations: Readonly<Record<string, string>> | undefined): readonly FieldError[] {
  const entries = Object.entries(annotations ?? {})
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return [
    ...entries.flatMap(([key]) => all('metadata.annotations', key, keyFaults(key.toLowerCase()))),
    ...when(bytes > annotationBytes, () => ({
      reason: 'FieldValueTooLong' as const,
      field: 'metadata.annotations',
      message: `Too long: may not be more than ${annotationBytes} bytes`,
    })),
  ]
}

function checkOwners({ ownerReferences = [] }: ObjectMeta): readonly FieldError[] {
  const field = 'metadata.ownerReferences'
  const controllers = ownerReferences.filter(owner => owner.controller)
  return [
    ...ownerReferences.flatMap((owner, index) =>
      (['apiVersion', 'kind', 'name', 'uid'] as const)
        .filter(key => !owner[key])
        .map(key => invalidValue(`${field}[${index}].${key}`, owner[key], `${key} must not be empty`)),
    ),
    ...when(controllers.length > 1, () =>
      invalidValue(
        field,
        ownerReferences,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers.map(c => `${c.kind}/${c.name}`).join(' and ')}`,
      ),
    ),
  ]
}

const checkShared = (metadata: ObjectMeta): readonly FieldError[] => [
  ...checkLabels(metadata.labels, 'metadata.labels'),
  ...checkAnnotations(metadata.annotations),
  ...checkOwners(metadata),
  ...(metadata.finalizers ?? []).flatMap((name, i) => all(`metadata.finalizers[${i}]`, name, keyFaults(name))),
]

/** What was stored has been looked at before: where it is the very same, it need not be again. */
const isUnchanged = (metadata: ObjectMeta, old: ObjectMeta): boolean =>
  (['labels', 'annotations', 'ownerReferences', 'finalizers'] as const).every(key => metadata[key] === old[key])

const repeated = <T>(times: number, list: readonly T[]): readonly T[] =>
  list.length === 0 ? list : Array.from({ length: times }, () => list).flat()

/** The API server looks at metadata in the kind's rules and again in general: on create each cause is told twice, on update four times. */
const tellings = { create: 2, update: 4, immutable: 2 }

/** Metadata of a new object. */
export function checkNewMetadata(resource: Resource, { metadata }: KubernetesObject): readonly FieldError[] {
  const prefix = metadata['generateName']
  const generated =
    typeof prefix === 'string' && prefix ? all('metadata.generateName', prefix, prefixFaults(resource.nameForm, prefix)) : []
  const name = metadata.name
    ? all('metadata.name', metadata.name, nameFaults(resource.nameForm, metadata.name))
    : [required('metadata.name', 'name or generateName is required')]
  return [...generated, ...name, ...repeated(tellings.create, checkShared(metadata))]
}

/** Metadata of a changed object. */
export function checkChangedMetadata({ metadata }: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const changed = (['name', 'namespace', 'uid', 'creationTimestamp'] as const).filter(
    key => metadata[key] !== undefined && metadata[key] !== old.metadata[key],
  )
  const added = (metadata.finalizers ?? []).filter(name => !old.metadata.finalizers?.includes(name))
  return [
    ...repeated(
      tellings.immutable,
      changed.map(key => immutable(`metadata.${key}`, metadata[key])),
    ),
    ...when(old.metadata.deletionTimestamp && added.length > 0, () =>
      forbiddenField(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(name => `"${name}"`).join(', ')}}`,
      ),
    ),
    ...(isUnchanged(metadata, old.metadata) ? [] : repeated(tellings.update, checkShared(metadata))),
  ]
}

/** Items of a list that share a key, as errors of the later ones. */
export function checkUnique<T>(
  items: readonly T[],
  key: (item: T) => string | undefined,
  field: (index: number) => string,
): readonly FieldError[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const own = key(item)
    if (!own) return []
    if (seen.has(own)) return [duplicate(field(index), own)]
    seen.add(own)
    return []
  })
}
