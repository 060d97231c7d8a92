import type { Resource, Subresource } from './resource.ts'
import { failure, unauthorized } from './status.ts'

export interface User {
  readonly name: string
  readonly uid?: string
  readonly groups?: readonly string[]
}

/** What a request wants to do; `resource` is the plural, with `/subresource`. */
export interface Attributes {
  readonly user: User
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** Who may do what. Left out: everybody is the administrator. */
export interface Access {
  /** Users by bearer token. With it, a request without a token is anonymous, one with another token is refused. */
  readonly users?: Readonly<Record<string, User>>
  /** Left out: everybody may do everything. */
  readonly authorize?: (attributes: Attributes) => boolean
}

export const administrator: User = { name: 'admin', uid: '1', groups: ['system:masters', 'system:authenticated'] }
const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

type Headers = Readonly<Record<string, string | undefined>>

/** Who sends a request with these headers; 401 for a token that nobody has. */
export function userOf({ users }: Access, headers: Headers): User {
  const user = authenticated(users, headers['authorization'])
  const other = headers['impersonate-user']
  return other ? { name: other, groups: ['system:authenticated'] } : user
}

function authenticated(users: Access['users'], authorization: string | undefined): User {
  if (!users) return administrator
  if (!authorization) return anonymous
  const user = users[authorization.replace(/^Bearer /i, '')]
  if (!user) throw unauthorized()
  return user
}

export const isAllowed = ({ authorize }: Access, attributes: Attributes): boolean => authorize?.(attributes) ?? true

/** 403 unless the user may. */
export function requireAllowed(access: Access, attributes: Attributes): void {
  if (isAllowed(access, attributes)) return
  const { user, verb, group, resource, namespace, name } = attributes
  const plural = resource.split('/')[0] ?? ''
  const named = `${plural}${group ? `.${group}` : ''}${name ? ` "${name}"` : ''}`
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  throw failure({
    code: 403,
    reason: 'Forbidden',
    message: `${named} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    details: { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural },
  })
}

/** A resource as authorization names it. */
export const accessName = ({ plural }: Resource, subresource: Subresource | undefined): string =>
  subresource ? `${plural}/${subresource}` : plural
