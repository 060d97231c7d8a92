import { readFile } from 'node:fs/promises'
import http from 'node:http'
import type { Inside, PodRequest, PodResponse } from '../cluster.ts'
import { failures } from '../failures.ts'
import { failureOf } from '../status.ts'
import type { Credentials } from './access.ts'
import { reasonOf, textOf } from './exchange.ts'
import { request } from './requests.ts'

/** Where Kubernetes puts the token of a pod's service account; it is good for the API server alone. */
export const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Where Istio's own charts project the token that istiod accepts; whoever projects one for us too needs no right to ask for it. */
const projected: Readonly<Record<string, string>> = { 'istio-ca': '/var/run/secrets/tokens/istio-token' }

/** Seconds that a token is asked for: the least that Kubernetes gives. It is asked for anew after half of them. */
const tokenLife = 600

/** Where tokens are read from, and what time it is. */
export interface InsideOptions {
  readonly own?: string
  readonly projected?: Readonly<Record<string, string>>
  readonly now?: () => number
}

/** The pods' network as seen by a process in it, with the identity of its service account. */
export function insideOf(credentials: Credentials, options: InsideOptions = {}): Inside {
  const { own = serviceAccountToken, projected: files = projected, now = Date.now } = options
  const known = new Map<string, { readonly token: string; readonly until: number }>()
  return {
    http: (address, port, asked, signal) => direct(credentials.name, { address, port, asked }, signal),
    async token(audience, signal) {
      const file = files[audience]
      const given = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined)
      if (given !== undefined) return given.trim()
      const present = known.get(audience)
      if (present && present.until > now()) return present.token
      const token = await requested(credentials, await readFile(own, 'utf8'), audience, signal)
      known.set(audience, { token, until: now() + (tokenLife * 1000) / 2 })
      return token
    },
  }
}

/** TokenRequest for the account that a token belongs to. */
async function requested(credentials: Credentials, own: string, audience: string, signal?: AbortSignal): Promise<string> {
  const { namespace, name } = accountOf(own)
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`
  const spec = { audiences: [audience], expirationSeconds: tokenLife }
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
  const response = await request(credentials, { method: 'POST', path, body }, signal)
  const { token } = ((response.body ?? {}) as { readonly status?: { readonly token?: string } }).status ?? {}
  if (response.status < 300 && token !== undefined) return token
  const about = `ServiceAccount ${namespace}/${name}`
  throw failureOf(response, { verb: 'create', about, resource: 'serviceaccounts/token', namespace, cluster: credentials.name })
}

/** Namespace and name in the subject of a service account's token: `system:serviceaccount:sluice:delegate`. */
function accountOf(token: string): { readonly namespace: string; readonly name: string } {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  const { sub = '' } = payload === '' ? {} : (JSON.parse(payload) as { readonly sub?: string })
  const [, , namespace = '', name = ''] = sub.split(':')
  return { namespace, name }
}

interface Asked {
  readonly address: string
  readonly port: number
  readonly asked: PodRequest
}

function direct(cluster: string, { address, port, asked }: Asked, signal?: AbortSignal): Promise<PodResponse> {
  const { method = 'GET', path, headers = {} } = asked
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: address, port, method, path, headers: { ...headers }, ...(signal && { signal }) })
    sent.once('error', error =>
      reject(
        signal?.aborted
          ? (signal.reason as Error)
          : failures.POD_UNREACHABLE({ cluster, pod: `at ${address}`, port, reason: reasonOf(error) }, error),
      ),
    )
    sent.once('response', response => {
      const { statusCode: status = 0, headers: got } = response
      const lines = Object.entries(got).map(([name, value]) => [name, String(value)])
      textOf(response, cluster, signal).then(
        body => resolve({ status, headers: Object.fromEntries(lines) as Record<string, string>, body }),
        reject,
      )
    })
    sent.end()
  })
}
