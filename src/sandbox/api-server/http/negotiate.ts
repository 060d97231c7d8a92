import { failure } from '../status.ts'

/** The form in which a client wants its answer. */
export interface Form {
  readonly format: 'json' | 'yaml'
  readonly as: 'Table' | 'PartialObjectMetadata' | 'APIGroupDiscoveryList' | undefined
  /** The version of that form: `v1`, `v2`. */
  readonly version: string
}

const plain: Form = { format: 'json', as: undefined, version: 'v1' }
const jsonTypes = new Set(['application/json', '*/*', 'application/*'])

const forms: Readonly<Record<string, Form['as']>> = {
  Table: 'Table',
  PartialObjectMetadata: 'PartialObjectMetadata',
  PartialObjectMetadataList: 'PartialObjectMetadata',
  APIGroupDiscoveryList: 'APIGroupDiscoveryList',
}

function readRange(range: string): Form | undefined {
  const [type = '', ...parameters] = range.split(';').map(part => part.trim())
  const values = Object.fromEntries(parameters.map(parameter => parameter.split('='))) as Readonly<Record<string, string | undefined>>
  if (type === 'application/yaml') return { ...plain, format: 'yaml' }
  if (!jsonTypes.has(type)) return undefined
  const as = values['as']
  if (!as) return plain
  return forms[as] ? { format: 'json', as: forms[as], version: values['v'] ?? 'v1' } : undefined
}

/** The first form of an Accept header that the server has; 406 where it has none. Protobuf is none of them. */
export function negotiate(accept: string | undefined): Form {
  if (!accept) return plain
  for (const range of accept.split(',')) {
    const form = readRange(range)
    if (form) return form
  }
  throw failure({
    code: 406,
    reason: 'NotAcceptable',
    message:
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    details: {},
  })
}
