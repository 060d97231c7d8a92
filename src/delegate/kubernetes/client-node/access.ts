import { createHash } from 'node:crypto'
import type http from 'node:http'
import type https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { failures } from '../failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'

/** How requests get in: the agent holds connections, TLS material and proxy; the headers hold the credentials. */
export interface Access {
  readonly server: URL
  readonly agent: http.Agent
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** The same for a WebSocket, which opens a connection of its own. */
  readonly tls: https.RequestOptions
}

/** Gives access, with credentials that are still good. */
export interface Credentials {
  readonly name: string
  current(): Promise<Access>
  /** Call when the server did not accept them: the next access has new ones. */
  refused(): void
  close(): void
}

/** Credentials are asked for anew after this long (milliseconds), as client-go reads token files; a plugin's own expiry may be sooner. */
const goodFor = 60_000

/**
 * Credentials by the official client: certificates, tokens, token files, credential plugins, OIDC, proxies, impersonation.
 * `load` reads the configuration; it is read again when the server refuses, for certificates and tokens are rotated in place.
 */
export function credentialsOf(name: string, load: () => Promise<KubeConfig>): Credentials {
  let access: Promise<Access> | undefined
  let until = 0
  let agent: { readonly key: string; readonly agent: http.Agent } | undefined
  let config: Promise<KubeConfig> | undefined

  async function make(): Promise<Access> {
    config ??= load()
    const kubeConfig = await config
    const options: https.RequestOptions = {}
    await kubeConfig.applyToHTTPSOptions(options)
    const server = new URL(kubeConfig.getCurrentCluster()?.server ?? 'http://localhost')
    const key = fingerprint(options)
    if (agent?.key !== key) {
      agent?.agent.destroy()
      agent = { key, agent: keepingAlive(options.agent as http.Agent) }
    }
    return { server, agent: agent.agent, headers: headersOf(options), tls: options }
  }

  return {
    name,
    current() {
      if (access && Date.now() < until) return access
      until = Date.now() + goodFor
      access = make().catch((error: unknown) => {
        access = config = undefined
        throw failures.CREDENTIALS({ cluster: name, reason: (error as Error).message }, error)
      })
      return access
    },
    refused() {
      access = config = undefined
    },
    close: () => agent?.agent.destroy(),
  }
}

/** The official client makes agents that close every connection after its request; a TLS handshake each time is too dear. */
function keepingAlive(agent: http.Agent): http.Agent {
  Object.assign(agent, { keepAlive: true })
  return agent
}

function fingerprint({ ca, cert, key, servername, rejectUnauthorized }: https.RequestOptions): string {
  return createHash('sha256')
    .update(JSON.stringify([ca, cert, key].map(String)))
    .update(JSON.stringify([servername, rejectUnauthorized]))
    .digest('hex')
}

function headersOf({ headers, auth }: https.RequestOptions): Access['headers'] {
  const basic = auth ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
  return { ...(headers as Record<string, string>), ...basic }
}

/** Hands a kubeconfig to the official client, with what it does not read by itself. */
export async function toKubeConfig({ context, cluster, user, file }: Kubeconfig, proxy: string | undefined): Promise<KubeConfig> {
  const { KubeConfig: Client } = await import('@kubernetes/client-node')
  const config = new Client()
  const plain = cluster.server.startsWith('http:')
  try {
    config.loadFromString(
      JSON.stringify({
        'current-context': context,
        contexts: [{ name: context, context: { cluster: context, user: context } }],
        // Without TLS there is nothing to verify, but the client refuses plain http unless told so.
        clusters: [
          {
            name: context,
            cluster: {
              ...(proxy && { 'proxy-url': proxy }),
              ...cluster,
              ...(plain && { 'insecure-skip-tls-verify': true }),
            },
          },
        ],
        users: [{ name: context, user: forClient(user, cluster) }],
      }),
    )
  } catch (error) {
    throw failures.KUBECONFIG_INVALID({ file, reason: (error as Error).message }, error)
  }
  return config
}

type Entry = Kubeconfig['user']

/** The client knows token files only as an auth provider, and tells plugins nothing about the cluster. */
function forClient(user: Entry, cluster: Kubeconfig['cluster']): Entry {
  const { tokenFile, exec, ...rest } = user
  const provider = typeof tokenFile === 'string' ? { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } : {}
  return { ...rest, ...provider, ...(exec ? { exec: withExecInfo(exec as Exec, cluster) } : {}) }
}

interface Exec {
  readonly apiVersion?: string
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  readonly provideClusterInfo?: boolean
}

/** Credential plugins expect KUBERNETES_EXEC_INFO (client.authentication.k8s.io). */
function withExecInfo(exec: Exec, cluster: Kubeconfig['cluster']): Exec {
  const told = {
    server: cluster.server,
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': cluster['certificate-authority-data'],
  }
  const info = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster: told }) },
  }
  return { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] }
}
