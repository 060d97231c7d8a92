import { objectName, problemOf, type Json, type KubernetesObject, type Place, type Problem } from '#base/index.ts'
import type { YamlPath } from '#model/documents/index.ts'
import { managedKeys } from './annotations.ts'
import { manifests } from './failures.ts'
import { isMapping, type Mapping } from './mapping.ts'

type PlaceOf = (path: YamlPath, at?: 'key' | 'value') => Place

export interface Checked {
  /** Undefined where it cannot even be named. */
  readonly object: KubernetesObject | undefined
  readonly problems: readonly Problem[]
}

/** What is wrong with one object as far as that is known without its kind. */
export function checkObject(value: Mapping, place: PlaceOf): Checked {
  const metadata = mapping(value['metadata'])
  const fields: readonly (readonly [string, Json | undefined, YamlPath])[] = [
    ['apiVersion', value['apiVersion'], ['apiVersion']],
    ['kind', value['kind'], ['kind']],
    ['metadata.name', metadata['name'], ['metadata', 'name']],
  ]
  const missing = fields.filter(([, each]) => typeof each !== 'string' || each === '')
  if (missing.length > 0) {
    const object = [value['kind'], metadata['name']].filter(each => typeof each === 'string').join(' ') || 'Manifest'
    const problems = missing.map(([field, given, path]) => problemOf(missingField(object, field, given), place(path)))
    return { object: undefined, problems }
  }
  const object = value as unknown as KubernetesObject
  return {
    object,
    problems: [...textProblems(object, place), ...hookProblems(object, place)],
  }
}

const mapping = (value: Json | undefined): Mapping => (isMapping(value) ? value : {})

function missingField(object: string, field: string, given: Json | undefined) {
  if (given === undefined || given === null || given === '') return manifests.FIELD_MISSING({ object, field })
  return manifests.TEXT_WANTED({ object, field, value: shown(given) })
}

function shown(value: Json): string {
  if (Array.isArray(value)) return 'a list'
  return isMapping(value) ? 'a mapping' : `the ${typeof value} ${String(value)}`
}

/** Labels and annotations hold text; YAML makes a boolean or a number of what is not quoted. */
function textProblems(object: KubernetesObject, place: PlaceOf): Problem[] {
  return (['labels', 'annotations'] as const).flatMap(map =>
    Object.entries(mapping(object.metadata[map] as Json | undefined)).flatMap(([key, value]) => {
      const path = ['metadata', map, key]
      if (map === 'annotations' && managedKeys.includes(key)) return managedProblems(object, key, value, place(path))
      if (typeof value === 'string' || value === undefined) return []
      return [problemOf(manifests.TEXT_WANTED({ object: objectName(object), field: `${map}.${key}`, value: shown(value) }), place(path))]
    }),
  )
}

function managedProblems(object: KubernetesObject, annotation: string, value: Json | undefined, place: Place): Problem[] {
  if (value === 'true' || value === 'false' || value === undefined) return []
  const facts = { object: objectName(object), annotation, value: typeof value === 'string' ? JSON.stringify(value) : shown(value) }
  if (typeof value !== 'boolean') return [problemOf(manifests.MANAGED_INVALID(facts), place)]
  return [problemOf(manifests.MANAGED_UNQUOTED({ ...facts, value: String(value) }), place)]
}

function hookProblems(object: KubernetesObject, place: PlaceOf): Problem[] {
  const hook = object.metadata.annotations?.['helm.sh/hook']
  if (hook === undefined) return []
  return [problemOf(manifests.HOOK({ object: objectName(object), hook }), place(['metadata', 'annotations', 'helm.sh/hook']))]
}
