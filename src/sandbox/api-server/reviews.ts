import { isAllowed, type Access, type User } from './access.ts'
import { isObject, type JsonObject } from './json.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Answers a review: may the asking user do this, what may they do, who are they. */
export function answerReview(access: Access, user: User, kind: string, body: JsonObject): JsonObject {
  const spec = isObject(body['spec']) ? body['spec'] : {}
  const head = { kind, apiVersion: body['apiVersion'] ?? '', metadata: {} }
  if (kind === 'SelfSubjectAccessReview') return { ...head, spec, status: accessStatus(access, user, spec) }
  if (kind === 'SelfSubjectRulesReview') return { ...head, spec, status: rulesStatus(access, user, text(spec['namespace'])) }
  return { ...head, status: { userInfo: { username: user.name, uid: user.uid ?? '', groups: user.groups ?? [] } } }
}

function accessStatus(access: Access, user: User, spec: JsonObject): JsonObject {
  const asked = spec['resourceAttributes']
  if (!isObject(asked)) return { allowed: true }
  const sub = text(asked['subresource'])
  const allowed = isAllowed(access, {
    user,
    verb: text(asked['verb']),
    group: text(asked['group']),
    resource: sub ? `${text(asked['resource'])}/${sub}` : text(asked['resource']),
    namespace: text(asked['namespace']) || undefined,
    name: text(asked['name']) || undefined,
  })
  return { allowed }
}

const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }

/** What everybody may do on a usual cluster: ask about themselves, and discover. */
const reviews = [
  ['authorization.k8s.io', 'selfsubjectaccessreviews'],
  ['authorization.k8s.io', 'selfsubjectrulesreviews'],
  ['authentication.k8s.io', 'selfsubjectreviews'],
].map(([group, resource]) => ({ verbs: ['create'], apiGroups: [group], resources: [resource] }))
const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/']

/** Rules are told of those who may do everything and of those who may do nothing in particular: what a function decides has no rules. */
function rulesStatus(access: Access, user: User, namespace: string): JsonObject {
  const all = isAllowed(access, { user, verb: '*', group: '*', resource: '*', namespace, name: undefined })
  return {
    resourceRules: all ? [everything] : reviews,
    nonResourceRules: [{ verbs: all ? ['*'] : ['get'], nonResourceURLs: all ? ['*'] : discovery }],
    incomplete: false,
  }
}
