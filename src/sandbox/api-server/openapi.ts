import { resources } from './kinds/all.ts'
import { resourceName, type Resource } from './resource.ts'
import type { ScalarName, StructType, Type } from './schema/type.ts'

/** A document per group version. The hash only has to be stable: clients cache by it. */
const pathOf = (group: string, version: string): string => (group ? `apis/${group}/${version}` : `api/${version}`)

const served = (): ReadonlyMap<string, readonly Resource[]> => {
  const documents = new Map<string, Resource[]>()
  for (const resource of resources) {
    for (const version of resource.versions) {
      const path = pathOf(resource.group, version)
      documents.set(path, [...(documents.get(path) ?? []), resource])
    }
  }
  return documents
}

/** The paths of all documents of /openapi/v3. */
export const openApiDocuments = (): readonly string[] => [...served().keys()]

/** /openapi/v3: where the documents are. */
export const openApiIndex = (): object => ({
  paths: Object.fromEntries(openApiDocuments().map(path => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=sandbox` }])),
})

const queries = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
}))

/** /openapi/v3/…: the PATCH operations by which kubectl learns that the server validates fields, and the schemas that `kubectl explain` shows. */
export function openApiDocument(path: string): object | undefined {
  const own = served().get(path)
  if (!own) return undefined
  const version = path.split('/').at(-1) ?? ''
  const schemas = new Map<string, object>()
  const paths = own.map(resource => {
    const kind = { group: resource.group, version, kind: resource.kind }
    const name = schemaName(resource, version)
    schemas.set(name, { ...schemaOf(resource.type(version), schemas, name), 'x-kubernetes-group-version-kind': [kind] })
    const base = `/${path}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`
    const operation = {
      operationId: `patch${resourceName(resource)}`,
      parameters: queries,
      responses: { '200': { description: 'OK' } },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': kind,
    }
    const get = {
      responses: { '200': { description: 'OK', content: { 'application/json': { schema: reference(name) } } } },
      'x-kubernetes-action': 'get',
      'x-kubernetes-group-version-kind': kind,
    }
    return [base, { get, patch: operation }] as const
  })
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.35.4' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  }
}

const schemaName = ({ group, kind }: Resource, version: string): string => `${group || 'core'}.${version}.${kind}`
const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` })

const scalarTypes: Readonly<Partial<Record<ScalarName, string>>> = { integer: 'integer', number: 'number', boolean: 'boolean' }

function schemaOf(type: StructType, schemas: Map<string, object>, own: string): object {
  const properties = Object.fromEntries([...type.fields.values()].map(field => [field.name, typeSchema(field.type, schemas, own)]))
  const names = own.endsWith(`.${type.name}`) ? { apiVersion: { type: 'string' }, kind: { type: 'string' } } : {}
  const required = [...type.fields.values()].filter(field => field.required).map(field => field.name)
  return { type: 'object', properties: { ...names, ...properties }, ...(required.length > 0 ? { required } : {}) }
}

function typeSchema(type: Type, schemas: Map<string, object>, own: string): object {
  if (type.is === 'list') return { type: 'array', items: typeSchema(type.item, schemas, own) }
  if (type.is === 'map') return { type: 'object', additionalProperties: typeSchema(type.value, schemas, own) }
  if (type.is === 'scalar') return type.scalar === 'any' ? { type: 'object' } : { type: scalarTypes[type.scalar] ?? 'string' }
  const name = `${own.split('.').slice(0, -1).join('.')}.${type.name}`
  if (!schemas.has(name)) {
    schemas.set(name, {})
    schemas.set(name, schemaOf(type, schemas, own))
  }
  return reference(name)
}
