import type { Write } from './core.ts'
import { isList, isObject } from './json.ts'
import type { Route } from './route.ts'
import { badRequest, failure, invalid, type FieldError } from './status.ts'
import { forbiddenField, invalidValue, notSupported, required, tooLong, when } from './validation/field-errors.ts'
import type { DeleteOptions } from './write/delete.ts'
import type { PatchType } from './write/patch.ts'

type Kind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions' | 'ListOptions'

function refuse(kind: Kind, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: kind, name: '' }, errors)
}

const checkDryRun = (query: URLSearchParams): readonly FieldError[] => {
  const asked = query.getAll('dryRun').filter(Boolean)
  return when(
    asked.some(value => value !== 'All'),
    () => notSupported('dryRun', asked, ['All']),
  )
}

const validations = ['', 'Ignore', 'Strict', 'Warn']
/** A manager's name ends up in every object that it writes. */
const managerBytes = 128

const checkWrite = (query: URLSearchParams): readonly FieldError[] => {
  const validation = query.get('fieldValidation') ?? ''
  return [
    ...checkDryRun(query),
    ...when(Buffer.byteLength(query.get('fieldManager') ?? '') > managerBytes, () => tooLong('fieldManager', managerBytes)),
    ...when(!validations.includes(validation), () => notSupported('fieldValidation', validation, validations)),
  ]
}

const checkPatch = (query: URLSearchParams, type: PatchType): readonly FieldError[] => [
  ...when(type !== 'apply' && query.has('force'), () => forbiddenField('force', 'may not be specified for non-apply patch')),
  ...when(type === 'apply' && !query.get('fieldManager'), () => required('fieldManager', 'is required for apply patch')),
]

/** A user agent's name before its version is the manager of writes that name none. */
const managerOf = (query: URLSearchParams, userAgent: string | undefined): string =>
  query.get('fieldManager') || (userAgent?.split('/')[0]?.slice(0, managerBytes) ?? '') || 'unknown'

/** How a write is meant, from its query; 422 where that makes no sense. */
export function writeOptions(route: Route, kind: 'CreateOptions' | 'UpdateOptions' | PatchType, userAgent: string | undefined): Write {
  const { query, version, subresource } = route
  const isPatch = kind !== 'CreateOptions' && kind !== 'UpdateOptions'
  refuse(isPatch ? 'PatchOptions' : kind, [...(isPatch ? checkPatch(query, kind) : []), ...checkWrite(query)])
  const validation = query.get('fieldValidation')
  return {
    manager: managerOf(query, userAgent),
    version,
    subresource,
    dryRun: query.getAll('dryRun').includes('All'),
    fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    warnings: [],
  }
}

const policies = ['Foreground', 'Background', 'Orphan']
const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

/** How a deletion is meant, from its query and its body. */
export function deleteOptions({ query }: Route, body: unknown): DeleteOptions {
  const given = isObject(body) ? body : {}
  const preconditions = isObject(given['preconditions']) ? given['preconditions'] : {}
  const propagation = text(given['propagationPolicy']) ?? text(query.get('propagationPolicy'))
  const orphan = given['orphanDependents']
  refuse('DeleteOptions', [...checkDryRun(query), ...checkPropagation(propagation, orphan !== undefined)])
  const dryRuns = [...query.getAll('dryRun'), ...(isList(given['dryRun']) ? given['dryRun'] : [])]
  return {
    dryRun: dryRuns.includes('All'),
    uid: text(preconditions['uid']),
    resourceVersion: text(preconditions['resourceVersion']),
    grace: seconds(given['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds')),
    propagation: propagation ?? (orphan === true ? 'Orphan' : undefined),
  }
}

const seconds = (value: unknown): number | undefined => (value === null || value === undefined ? undefined : Number(value))

const checkPropagation = (propagation: string | undefined, orphan: boolean): readonly FieldError[] => [
  ...when(propagation && orphan, () =>
    invalidValue('propagationPolicy', propagation, 'orphanDependents and deletionPropagation cannot be both set'),
  ),
  ...when(propagation && !policies.includes(propagation), () => notSupported('propagationPolicy', propagation, [...policies, 'nil'])),
]

/** What a list or watch asks for. */
export interface ListOptions {
  readonly limit: number
  readonly continue: string
  /** Undefined: not given. */
  readonly resourceVersion: number | undefined
  readonly match: string
  readonly watch: boolean
  readonly bookmarks: boolean
  readonly sendInitialEvents: boolean
  readonly timeoutSeconds: number | undefined
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name)
  if (given === null || given === '') return undefined
  if (!/^[+-]?\d+$/.test(given)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`)
  return Number(given)
}

const flag = (query: URLSearchParams, name: string): boolean => query.has(name) && !['false', '0'].includes(query.get(name) ?? '')

const badVersion = (given: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(given)}: strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`

/** Reads a list's or watch's query. */
export function listOptions(query: URLSearchParams): ListOptions {
  const timeoutSeconds = integer(query, 'timeoutSeconds')
  const limit = integer(query, 'limit') ?? 0
  const watch = flag(query, 'watch')
  const match = query.get('resourceVersionMatch') ?? ''
  const given = query.get('resourceVersion') ?? ''
  const initial = query.has('sendInitialEvents')
  refuse('ListOptions', watch ? checkWatchMatch(match, initial) : checkListMatch(match, given, initial))
  return {
    limit,
    timeoutSeconds,
    watch,
    match,
    continue: query.get('continue') ?? '',
    resourceVersion: readVersion(given, watch),
    bookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents: flag(query, 'sendInitialEvents'),
  }
}

/** A list's bad version is the client's fault, a watch's (500 without a reason) the server's own. */
function readVersion(given: string, watch: boolean): number | undefined {
  if (given === '') return undefined
  if (/^\d+$/.test(given)) return Number(given)
  if (watch) throw failure({ code: 500, message: badVersion(given) })
  throw badRequest(`invalid resource version: ${badVersion(given)}`)
}

const checkListMatch = (match: string, version: string, initial: boolean): readonly FieldError[] => [
  ...when(initial, () => forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')),
  ...when(match && !version, () =>
    forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
  ),
  ...when(match && !['Exact', 'NotOlderThan'].includes(match), () =>
    notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']),
  ),
]

const checkWatchMatch = (match: string, initial: boolean): readonly FieldError[] => [
  ...when(match && !initial, () =>
    forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
  ),
  ...when(initial && match !== 'NotOlderThan', () =>
    forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
  ),
]
