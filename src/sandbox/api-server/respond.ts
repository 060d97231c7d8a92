import { accessName, requireAllowed, userOf } from './access.ts'
import type { Core, Write } from './core.ts'
import { negotiate, type Form } from './http/negotiate.ts'
import { listPage } from './list.ts'
import { answerMetaPath } from './meta-paths.ts'
import { deleteOptions, listOptions, writeOptions } from './options.ts'
import { acceptOf, contentTypeOf, headerOf, pageNotFound, type Answering, type ApiRequest, type ApiResponse } from './request.ts'
import { resourceName } from './resource.ts'
import { builtInType } from './schema/tables.ts'
import { placeOfRoute, readPath, type Route } from './route.ts'
import { selectionOf } from './selection.ts'
import { formatted, showObject, showPage } from './show.ts'
import { badRequest, methodNotAllowed } from './status.ts'
import { applyObject } from './write/apply.ts'
import { createObject } from './write/create.ts'
import { deleteObject } from './write/delete.ts'
import { patchObject, patchTypeOf } from './write/patch.ts'
import { readFormat, readJson, readObject } from './write/read-body.ts'
import { replaceObject } from './write/replace.ts'
import { decodeScale, patchScale, readScale, writeScale } from './write/scale.ts'
import { storedObject } from './write/update.ts'

/** Answers any request that is no watch. */
export function respond(answering: Answering, request: ApiRequest): ApiResponse {
  const { access, core } = answering
  const user = userOf(access, request.headers ?? {})
  const meta = answerMetaPath(answering, request)
  if (meta) return meta
  const route = readPath(request.path)
  if (!route) return pageNotFound()
  const verb = verbOf(route, request)
  requireAllowed(access, { user, verb, ...attributesOf(route) })
  const form = negotiate(acceptOf(request))
  return verbs[verb]({ core, route, request, form })
}

/** What authorization looks at, besides user and verb. */
export const attributesOf = ({ resource, subresource, namespace, name }: Route) => ({
  group: resource.group,
  resource: accessName(resource, subresource),
  namespace: resource.kind === 'Namespace' ? name : namespace,
  name,
})

interface Call {
  readonly core: Core
  readonly route: Route
  readonly request: ApiRequest
  readonly form: Form
}

type Verb = 'list' | 'create' | 'deletecollection' | 'get' | 'update' | 'patch' | 'delete'

const collectionVerbs: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' }
const objectVerbs: Readonly<Record<string, Verb>> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

function verbOf({ name, subresource, resource }: Route, { method }: ApiRequest): Verb {
  const verb = (name === undefined ? collectionVerbs : objectVerbs)[method]
  if (!verb || (subresource && verb === 'delete') || (verb === 'deletecollection' && resource.kind === 'Namespace'))
    throw methodNotAllowed()
  return verb
}

const verbs: Readonly<Record<Verb, (call: Call) => ApiResponse>> = { list, create, deletecollection, get, update, patch, delete: remove }

function list({ core, route, form }: Call): ApiResponse {
  return formatted(form, 200, showPage(core, route, form, listPage(core, selectionOf(route), listOptions(route.query))))
}

function get({ core, route, form }: Call): ApiResponse {
  const place = placeOfRoute(route)
  if (route.subresource === 'scale') return formatted(form, 200, readScale(core, route.resource, place))
  return formatted(form, 200, showObject(core, route, form, storedObject(core, route.resource, place)))
}

const userAgent = (request: ApiRequest): string | undefined => headerOf(request, 'user-agent')

function create({ core, route, request, form }: Call): ApiResponse {
  const write = writeOptions(route, 'CreateOptions', userAgent(request))
  const { object, errors } = readObject(route.resource, write, request.body, contentTypeOf(request))
  const created = createObject(core, route.resource, { namespace: placeOfRoute(route).namespace, object, errors }, write)
  return formatted(form, 201, showObject(core, route, form, created), write.warnings)
}

function update({ core, route, request, form }: Call): ApiResponse {
  const write = writeOptions(route, 'UpdateOptions', userAgent(request))
  const place = placeOfRoute(route)
  if (route.subresource === 'scale') {
    const next = decodeScale(readJson(request.body, badRequest))
    return formatted(form, 200, writeScale(core, route.resource, place, write, next), write.warnings)
  }
  const replaced = replaceObject(
    core,
    route.resource,
    place,
    write,
    readObject(route.resource, write, request.body, contentTypeOf(request)),
  )
  return formatted(form, 200, showObject(core, route, form, replaced), write.warnings)
}

function patch({ core, route, request, form }: Call): ApiResponse {
  const { resource } = route
  const type = patchTypeOf(resource, contentTypeOf(request))
  const write = writeOptions(route, type, userAgent(request))
  const place = placeOfRoute(route)
  const { body } = request
  if (route.subresource === 'scale') return formatted(form, 200, patchScale(core, resource, place, write, { type, body }), write.warnings)
  if (type === 'apply') return apply({ core, route, request, form }, write)
  return formatted(form, 200, showObject(core, route, form, patchObject(core, resource, place, write, { type, body })), write.warnings)
}

function apply({ core, route, request, form }: Call, write: Write): ApiResponse {
  const force = route.query.get('force') === 'true'
  const { object, created } = applyObject(core, route.resource, placeOfRoute(route), write, { body: request.body, force })
  return formatted(form, created ? 201 : 200, showObject(core, route, form, object), write.warnings)
}

const deletion = builtInType('DeleteOptions')

const bodyOf = (request: ApiRequest): unknown =>
  request.body === undefined || request.body === '' ? {} : readFormat(deletion, request.body, contentTypeOf(request), badRequest)

function remove({ core, route, request, form }: Call): ApiResponse {
  const { resource } = route
  const { gone, object } = deleteObject(core, resource, placeOfRoute(route), deleteOptions(route, bodyOf(request)))
  if (!gone || resource.returnsDeleted) return formatted(form, 200, showObject(core, route, form, object))
  const details = {
    name: object.metadata.name,
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.plural,
    uid: object.metadata.uid,
  }
  return formatted(form, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

function deletecollection({ core, route, request, form }: Call): ApiResponse {
  const options = deleteOptions(route, bodyOf(request))
  const page = listPage(core, selectionOf(route), listOptions(route.query))
  for (const { metadata } of page.items) {
    const place = { namespace: metadata.namespace ?? '', name: metadata.name }
    if (core.store.get(resourceName(route.resource), place.namespace, place.name)) deleteObject(core, route.resource, place, options)
  }
  return formatted(form, 200, showPage(core, route, form, page))
}
