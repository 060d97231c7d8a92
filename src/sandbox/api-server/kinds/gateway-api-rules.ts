import { parseDuration, type KubernetesObject } from '#base/index.ts'
import type { FieldError } from '../status.ts'
import { invalidValue, when } from '../validation/field-errors.ts'

interface Filter {
  readonly type?: string
  readonly requestRedirect?: { readonly path?: { readonly type?: string } }
  readonly urlRewrite?: { readonly path?: { readonly type?: string } }
  readonly requestMirror?: { readonly backendRef?: BackendRef }
  readonly [field: string]: unknown
}

interface BackendRef {
  readonly group?: string
  readonly kind?: string
  readonly port?: number
  readonly filters?: readonly Filter[]
}

interface Rule {
  readonly matches?: readonly { readonly path?: { readonly type?: string; readonly value?: string } }[]
  readonly filters?: readonly Filter[]
  readonly backendRefs?: readonly BackendRef[]
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string }
}

/** The field that each type of filter fills. */
const fieldOf: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
  CORS: 'cors',
}

/** The CRDs' rules for routes that people meet most, in their words. */
export function checkRoute({ spec }: KubernetesObject): readonly FieldError[] {
  const { rules = [] } = (spec ?? {}) as { readonly rules?: readonly Rule[] }
  return rules.flatMap((rule, index) => checkRule(rule, `spec.rules[${index}]`))
}

function checkRule(rule: Rule, field: string): readonly FieldError[] {
  const { backendRefs = [], filters = [], matches = [] } = rule
  return [
    ...backendRefs.flatMap((ref, index) => checkBackend(ref, `${field}.backendRefs[${index}]`)),
    ...filters.flatMap((filter, index) => checkFilter(filter, `${field}.filters[${index}]`)),
    ...matches.flatMap(({ path }, index) => checkPath(path, `${field}.matches[${index}].path`)),
    ...checkTogether(rule, field),
  ]
}

/** An error of a rule about a whole object, as the server tells it. */
const broken = (field: string, words: string): FieldError => invalidValue(field, 'object', words)

function checkBackend({ group = '', kind = 'Service', port, filters = [] }: BackendRef, field: string): readonly FieldError[] {
  return [
    ...when(group === '' && kind === 'Service' && port === undefined, () => broken(field, 'Must have port for Service reference')),
    ...filters.flatMap((filter, index) => checkFilter(filter, `${field}.filters[${index}]`)),
  ]
}

function checkFilter(filter: Filter, field: string): readonly FieldError[] {
  const wanted = fieldOf[filter.type ?? '']
  const others = Object.entries(fieldOf).filter(([type, name]) => type !== filter.type && filter[name] !== undefined)
  return [
    ...when(wanted !== undefined && filter[wanted] === undefined, () =>
      broken(field, `filter.${wanted} must be specified for ${filter.type} filter.type`),
    ),
    ...others.map(([type, name]) => broken(field, `filter.${name} must be nil if the filter.type is not ${type}`)),
    ...(filter.requestMirror?.backendRef ? checkBackend(filter.requestMirror.backendRef, `${field}.requestMirror.backendRef`) : []),
  ]
}

function checkPath(path: { readonly type?: string; readonly value?: string } | undefined, field: string): readonly FieldError[] {
  const { type = 'PathPrefix', value = '/' } = path ?? {}
  return when(type !== 'RegularExpression' && !value.startsWith('/'), () =>
    broken(field, "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']"),
  )
}

function checkTogether(rule: Rule, field: string): readonly FieldError[] {
  const { backendRefs = [], filters = [] } = rule
  const redirect = filters.find(({ requestRedirect }) => requestRedirect)?.requestRedirect
  const rewrite = filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite
  const needsPrefix = (name: string, modifier: typeof redirect): readonly FieldError[] =>
    when(modifier?.path?.type === 'ReplacePrefixMatch' && !hasOnePrefix(rule), () =>
      broken(field, `When using ${name} filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified`),
    )
  return [
    ...when(redirect && backendRefs.length > 0, () => broken(field, 'RequestRedirect filter must not be used together with backendRefs')),
    ...needsPrefix('RequestRedirect', redirect),
    ...needsPrefix('URLRewrite', rewrite),
    ...checkTimeouts(rule, `${field}.timeouts`),
  ]
}

function hasOnePrefix({ matches = [] }: Rule): boolean {
  return matches.length === 1 && (matches[0]?.path?.type ?? 'PathPrefix') === 'PathPrefix'
}

/** `0s` is no limit. */
function checkTimeouts({ timeouts }: Rule, field: string): readonly FieldError[] {
  const [whole = 0, each = 0] = [timeouts?.request, timeouts?.backendRequest].map(text => parseDuration(text ?? '') ?? 0)
  return when(whole > 0 && each > whole, () => broken(field, 'backendRequest timeout cannot be longer than request timeout'))
}
