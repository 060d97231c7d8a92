import { Failure } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { PrometheusRef, SecretKey } from '#model/release/index.ts'
import { failures } from './failures.ts'

/** What is needed of the global `fetch`. */
export type Fetch = (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>>; readonly redirect: 'error'; readonly signal: AbortSignal },
) => Promise<{ readonly status: number; text(): Promise<string> }>

/** Headers as they are sent, Secrets looked up in the namespace of the release. */
export async function headersFor(
  { url, headers, bearerToken }: PrometheusRef,
  namespace: string,
  objects: Objects,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const look = (reference: SecretKey): Promise<string> => secretValue(url, reference, namespace, objects, signal)
  const all = Object.entries(headers).map(async ([name, value]) => [name, typeof value === 'string' ? value : await look(value)] as const)
  const token = bearerToken && ([['authorization', `Bearer ${await look(bearerToken)}`]] as const)
  return Object.fromEntries([...(await Promise.all(all)), ...(token ?? [])])
}

async function secretValue(
  url: string,
  { secret, key }: SecretKey,
  namespace: string,
  objects: Objects,
  signal: AbortSignal,
): Promise<string> {
  const found = await objects.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: secret }, signal)
  const value = (found?.['data'] as Readonly<Record<string, string>> | undefined)?.[key]
  if (value === undefined) throw failures.NO_SECRET({ url, secret: `${namespace}/${secret}`, key })
  // Files that Secrets are made from often end in a line's end, which no header may hold.
  return Buffer.from(value, 'base64').toString('utf8').trim()
}

/** The answer's text; no redirect is followed, for it would take the token elsewhere. */
export async function ask(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<string> {
  const { status, body } = await fetch(`${url}${path}`, { headers: { accept: 'application/json', ...headers }, redirect: 'error', signal })
    .then(async answer => ({ status: answer.status, body: await answer.text() }))
    .catch((error: unknown) => {
      throw error instanceof Failure ? error : failures.UNREACHABLE({ url, reason: reasonOf(error) }, error)
    })
  if (status === 401 || status === 403) throw failures.REFUSED({ url, status })
  if (status >= 500 || status === 404 || body === '') throw failures.NO_ANSWER({ url, reason: `status ${status}` })
  return body
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly message?: string; readonly code?: string } }
  return cause?.message || cause?.code || message || String(error)
}
