import type { Api } from './api.ts'
import { resourceName, type Resource } from './kinds.ts'
import type { AccessRight, Allowed } from './objects.ts'
import { failureOf, type Request } from './status.ts'

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Everything: what `kubectl auth can-i '*' '*'` asks. */
const everything: Resource = { group: '*', version: 'v1', plural: '*', namespaced: true }

/** Asks the API server whether we may; nothing is written by a review. */
export async function may(api: Api, right: AccessRight | { readonly everythingIn: string }, signal?: AbortSignal): Promise<Allowed> {
  const whole = 'everythingIn' in right
  const resource = whole ? everything : await api.kinds.resource(right.apiVersion, right.kind, signal)
  const asked = whole ? { verb: '*', namespace: right.everythingIn } : attributes(right)
  const resourceAttributes = { group: resource.group, resource: resource.plural, ...asked }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  const response = await api.ask({ method: 'POST', path, body }, signal)
  if (response.status >= 300) throw failureOf(response, requestOf(api))
  const { status } = response.body as { readonly status?: { readonly allowed?: boolean } }
  return {
    allowed: status?.allowed === true,
    resource: resourceName(resource) + (whole || !right.subresource ? '' : `/${right.subresource}`),
  }
}

function attributes({ verb, namespace, name, subresource }: AccessRight): object {
  return {
    verb,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}

function requestOf({ cluster }: Api): Request {
  const resource = 'selfsubjectaccessreviews.authorization.k8s.io'
  return { verb: 'create', about: 'SelfSubjectAccessReview', resource, namespace: '', cluster: cluster.name }
}
