import { describe, expect, it } from 'vitest'
import { configMaps, deployments, messageOf, testServer } from './server-in-tests.ts'

const access = {
  users: { secret: { name: 'admin' }, other: { name: 'bob' } },
  authorize: ({ user }: { readonly user: { readonly name: string } }) => user.name === 'admin',
}
const { api } = testServer({ access })
const ask = (method: string, path: string, authorization?: string, more: Record<string, string> = {}) =>
  api.handle({ method, path, headers: { ...(authorization ? { authorization } : {}), ...more } })

describe('who may do what', () => {
  it('knows users by their tokens', () => {
    expect(ask('GET', configMaps, 'Bearer secret').status).toBe(200)
    expect(ask('GET', configMaps, 'Bearer wrong')).toMatchObject({ status: 401, body: { message: 'Unauthorized', reason: 'Unauthorized' } })
  })

  it('says who may not do what on which resource where', () => {
    expect(messageOf(ask('GET', configMaps))).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    )
    expect(messageOf(ask('GET', '/api/v1/nodes', 'Bearer other'))).toBe(
      'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope',
    )
    expect(messageOf(ask('PATCH', `${deployments}/d/scale`, 'Bearer other'))).toBe(
      'deployments.apps "d" is forbidden: User "bob" cannot patch resource "deployments/scale" in API group "apps" in the namespace "default"',
    )
  })

  it('lets a user act as another', () => {
    expect(ask('GET', configMaps, 'Bearer secret', { 'impersonate-user': 'bob' }).status).toBe(403)
  })

  it('refuses a watch, and answers reviews', () => {
    const refused = api.watch(
      { method: 'GET', path: `${configMaps}?watch=1`, headers: { authorization: 'Bearer other' } },
      () => undefined,
      () => undefined,
    )
    expect(refused).toMatchObject({ status: 403 })
    const review = (token: string) =>
      api.handle({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        headers: { authorization: `Bearer ${token}` },
        body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
      }).body
    expect([review('secret'), review('other')]).toMatchObject([{ status: { allowed: true } }, { status: { allowed: false } }])
  })
})
