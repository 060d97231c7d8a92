import { userOf } from './access.ts'
import { aggregated, groupList, groupOf, groups, legacyVersions, resourceList, virtualResources } from './discovery.ts'
import { negotiate, type Form } from './http/negotiate.ts'
import { isObject } from './json.ts'
import { openApiDocument, openApiIndex } from './openapi.ts'
import { openApiV2, openApiV2Type } from './openapi-v2.ts'
import { acceptOf, answer, contentTypeOf, pageNotFound, textAnswer, type Answering, type ApiRequest, type ApiResponse } from './request.ts'
import { answerReview } from './reviews.ts'
import { splitPath } from './route.ts'
import { badRequest, methodNotAllowed } from './status.ts'
import { readFormat } from './write/read-body.ts'

/** The version that the sandbox says it is: the one whose answers were recorded. */
const version = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4',
  gitCommit: 'sluice-sandbox',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'sandbox',
}

const plainPaths: Readonly<Record<string, () => ApiResponse>> = {
  version: () => answer(200, version),
  healthz: () => textAnswer(200, 'ok'),
  livez: () => textAnswer(200, 'ok'),
  readyz: () => textAnswer(200, 'ok'),
}

/** Answers what is no resource: version, health, discovery, OpenAPI, reviews. Undefined where the path is a resource's. */
export function answerMetaPath(answering: Answering, request: ApiRequest): ApiResponse | undefined {
  const { parts } = splitPath(request.path)
  const [first = '', second, third, fourth] = parts
  const plain = plainPaths[first]
  if (plain) return plain()
  if (first === 'openapi') return openApi(parts.slice(1))
  if (first === 'api') return third === undefined ? discover(request, '', second) : undefined
  if (first !== 'apis') return pageNotFound()
  if (fourth === undefined) return discover(request, second, third)
  return parts.length === 4 ? review(answering, request, second ?? '', fourth) : undefined
}

function openApi([kind, ...path]: readonly string[]): ApiResponse {
  if (kind === 'v2' && path.length === 0) return { ...answer(200, openApiV2()), headers: { 'content-type': openApiV2Type } }
  if (kind !== 'v3') return pageNotFound()
  const document = path.length === 0 ? openApiIndex() : openApiDocument(path.join('/'))
  return document ? answer(200, document) : pageNotFound()
}

/** `group` is empty for /api, undefined for /apis itself. */
function discover(request: ApiRequest, group: string | undefined, version: string | undefined): ApiResponse {
  if (request.method !== 'GET') throw methodNotAllowed()
  const form = negotiate(acceptOf(request))
  if (version !== undefined) return discoverVersion(group ?? '', version)
  if (group === undefined || group === '') return discoverAll(group === '', form)
  const found = groupOf(group)
  return found ? answer(200, found) : pageNotFound()
}

function discoverAll(core: boolean, form: Form): ApiResponse {
  if (form.as !== 'APIGroupDiscoveryList') return answer(200, core ? legacyVersions() : groupList())
  const type = `application/json;g=apidiscovery.k8s.io;v=${form.version};as=APIGroupDiscoveryList`
  return { ...answer(200, aggregated(core, form.version)), headers: { 'content-type': type } }
}

const discoverVersion = (group: string, version: string): ApiResponse =>
  group === '' || groups.includes(group) ? answer(200, resourceList(group, version)) : pageNotFound()

function review({ access }: Answering, request: ApiRequest, group: string, plural: string): ApiResponse | undefined {
  const found = virtualResources.find(resource => resource.group === group && resource.plural === plural)
  if (!found) return undefined
  if (request.method !== 'POST') throw methodNotAllowed()
  const body = readFormat(found.type, request.body, contentTypeOf(request), badRequest)
  return answer(201, answerReview(access, userOf(access, request.headers ?? {}), found.kind, isObject(body) ? body : {}))
}
