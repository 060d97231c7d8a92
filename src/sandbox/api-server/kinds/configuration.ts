import type { KubernetesObject } from '#base/index.ts'
import { equal } from '../json.ts'
import type { FieldError } from '../status.ts'
import { ageColumn, count, nameColumn, text } from '../table/column.ts'
import { forbiddenField, immutable, invalidValue, required, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

type Entries = Readonly<Record<string, string>>

interface Configuration extends KubernetesObject {
  readonly data?: Entries
  readonly binaryData?: Entries
  readonly stringData?: Entries
  readonly immutable?: boolean
  readonly type?: string
}

const asConfiguration = (object: KubernetesObject): Configuration => object as Configuration

const keyForm = /^[-._a-zA-Z0-9]+$/
const keyText =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

/** Data of a ConfigMap or Secret: the API server allows one mebibyte. */
const mostBytes = 1024 * 1024

const checkKeys = (entries: Entries | undefined, field: string): readonly FieldError[] =>
  Object.keys(entries ?? {}).flatMap(key => when(!keyForm.test(key), () => invalidValue(`${field}[${key}]`, key, keyText)))

function checkSize(object: Configuration, size: (value: string) => number): readonly FieldError[] {
  const values = [...Object.values(object.data ?? {}), ...Object.values(object.binaryData ?? {})]
  return when(values.reduce((sum, value) => sum + size(value), 0) > mostBytes, () => ({
    reason: 'FieldValueTooLong' as const,
    field: '',
    message: `Too long: may not be more than ${mostBytes} bytes`,
  }))
}

/** An object marked immutable keeps its data and its mark for ever. */
function checkFrozen(object: KubernetesObject, old: KubernetesObject): readonly FieldError[] {
  const before = asConfiguration(old)
  if (!before.immutable) return []
  const frozen = 'field is immutable when `immutable` is set'
  const next = asConfiguration(object)
  return [
    ...when(!next.immutable, () => forbiddenField('immutable', frozen)),
    ...when(!equal(next.data, before.data), () => forbiddenField('data', frozen)),
    ...when(!equal(next.binaryData, before.binaryData), () => forbiddenField('binaryData', frozen)),
  ]
}

const entries = (object: KubernetesObject): number => {
  const { data = {}, binaryData = {} } = asConfiguration(object)
  return Object.keys(data).length + Object.keys(binaryData).length
}

export const configMaps = builtIn('', {
  kind: 'ConfigMap',
  short: 'cm',
  rules: {
    check: object => {
      const map = asConfiguration(object)
      return [...checkKeys(map.data, 'data'), ...checkKeys(map.binaryData, 'binaryData'), ...checkSize(map, Buffer.byteLength)]
    },
    checkUpdate: checkFrozen,
  },
  columns: [nameColumn, count('Data', entries), ageColumn],
})

/** Keys that the well-known types must have. */
const typeKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
}

/** stringData is for writing only: it becomes data. */
function withStringData(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = asConfiguration(object)
  if (!stringData) return object
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  return { ...rest, data: { ...rest.data, ...(Object.fromEntries(encoded) as Entries) } } as KubernetesObject
}

export const secrets = builtIn('', {
  kind: 'Secret',
  selectable: ['type'],
  rules: {
    defaults: withStringData,
    check: object => {
      const { type = '', data = {} } = asConfiguration(object)
      const missing = (typeKeys[type] ?? []).filter(key => data[key] === undefined)
      return [
        ...checkKeys(data, 'data'),
        ...missing.map(key => required(`data[${key}]`)),
        ...checkSize(asConfiguration(object), value => (value.length * 3) / 4),
      ]
    },
    checkUpdate: (object, old) => {
      const { type } = asConfiguration(object)
      return [...when(type !== asConfiguration(old).type, () => immutable('type', type)), ...checkFrozen(object, old)]
    },
  },
  columns: [nameColumn, text('Type', object => asConfiguration(object).type), count('Data', entries), ageColumn],
})

export const serviceAccounts = builtIn('', { kind: 'ServiceAccount', short: 'sa', returnsDeleted: true })
