import { hostsOf } from './application.ts'
import { betaUsers, type Script } from './script.ts'

/** A request that users make. Names of headers in lower case. */
export interface Asked {
  readonly host: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Every kind of request that a script's routes tell apart. */
export function askedOf({ shape, steps }: Script): readonly Asked[] {
  const paths = shape === 'severalEntries' ? ['/', '/api'] : ['/']
  const users = hostsOf(shape).flatMap(host => paths.map(path => ({ host, path })))
  return steps.some(({ is }) => is === 'header') ? [...users, ...users.map(user => ({ ...user, headers: betaUsers }))] : users
}
