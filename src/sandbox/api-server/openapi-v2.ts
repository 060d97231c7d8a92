// Swagger 2, as kubectl reads it before it applies a List: in protobuf only, in the messages of gnostic's OpenAPIv2.proto.
import { openApiDocument, openApiDocuments } from './openapi.ts'
import { encodeMessage, type Part } from './schema/encode-message.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly 'x-kubernetes-group-version-kind'?: readonly unknown[]
}

/** The content type in which clients ask for it, and in which it is answered. */
export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

let document: Buffer | undefined

/** /openapi/v2 in protobuf: the schemas of everything that is served. Made once: there are some thousand of them. */
export function openApiV2(): Buffer {
  document ??= encodeMessage([
    [1, '2.0'],
    [
      2,
      [
        [1, 'Kubernetes'],
        [2, 'v1.35.4'],
      ],
    ],
    [8, []],
    [9, openApiDocuments().flatMap(schemasOf).map(named)],
  ])
  return document
}

function schemasOf(path: string): readonly (readonly [string, Schema])[] {
  const { components } = (openApiDocument(path) ?? { components: { schemas: {} } }) as {
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  }
  return Object.entries(components.schemas)
}

/** Of NamedSchema: name 1, value 2; in Definitions and Properties each is field 1. */
function named([name, schema]: readonly [string, Schema]): Part {
  return [
    1,
    [
      [1, name],
      [2, schemaParts(schema)],
    ],
  ]
}

/** Of Schema: the field numbers of what our schemas say. What may be anything has no type: with one, kubectl would want an object. */
function schemaParts(schema: Schema): readonly Part[] {
  const { $ref, type, required = [], items, additionalProperties, properties } = schema
  const kinds = schema['x-kubernetes-group-version-kind']
  const isAnything = type === 'object' && !properties && !additionalProperties
  const parts: readonly (Part | undefined)[] = [
    $ref === undefined ? undefined : [1, $ref.replace('#/components/schemas/', '#/definitions/')],
    ...required.map(name => [19, name] as const),
    additionalProperties && [21, [[1, schemaParts(additionalProperties)]]],
    type === undefined || isAnything ? undefined : [22, [[1, type]]],
    items && [23, [[1, schemaParts(items)]]],
    properties && [25, Object.entries(properties).map(named)],
    // JSON is YAML too.
    kinds && [
      31,
      [
        [1, 'x-kubernetes-group-version-kind'],
        [2, [[2, JSON.stringify(kinds)]]],
      ],
    ],
  ]
  return parts.filter(part => part !== undefined)
}
