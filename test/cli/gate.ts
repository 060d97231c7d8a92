import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is not allowed, as RBAC would say it. */
export interface Forbidden {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete'
  /** Plural, as in `virtualservices`. */
  readonly resource: string
}

/** Stands before an API server: lets everything through, or forbids one verb on one resource, or is shut. */
export interface Gate {
  readonly url: string
  forbid(what: Forbidden | undefined): void
  /** Shut, it takes no connection, as a server behind a broken network. */
  shut(isShut: boolean): void
  close(): Promise<void>
}

const methods = { get: 'GET', list: 'GET', watch: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const

export async function openGate(target: string): Promise<Gate> {
  let forbidden: Forbidden | undefined
  let isShut = false
  const server: Server = createServer((asked, answer) => {
    if (isShut) asked.socket.destroy()
    else if (forbidden && isForbidden(asked, forbidden)) refuse(answer, asked, forbidden)
    else pass(target, asked, answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forbid: what => (forbidden = what),
    shut(now) {
      isShut = now
      if (now) server.closeAllConnections()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** `/apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE/NAME?…` */
const path = /^\/api(?:s\/([^/]+))?\/[^/]+\/namespaces\/([^/]+)\/([^/?]+)(?:\/([^/?]+))?/

function isForbidden({ method, url = '' }: IncomingMessage, { verb, resource }: Forbidden): boolean {
  const [, , , plural, name] = path.exec(url) ?? []
  if (method !== methods[verb] || plural !== resource) return false
  return verb === 'get' ? name !== undefined : verb === 'list' || verb === 'watch' ? name === undefined : true
}

/** Word for word what a Kubernetes API server answers. */
function refuse(answer: ServerResponse, { url = '' }: IncomingMessage, { verb, resource }: Forbidden): void {
  const [, group = '', namespace, , name] = path.exec(url) ?? []
  const what = `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`
  const message = `${what} is forbidden: User "ada" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`
  const details = { ...(name === undefined ? {} : { name }), group, kind: resource }
  answer.writeHead(403, { 'content-type': 'application/json' })
  answer.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Forbidden', details, code: 403 }),
  )
}

function pass(target: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url, headers } = asked
  const on = request(`${target}${url}`, { method, headers }, got => {
    answer.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(answer)
  })
  on.on('error', () => answer.destroy())
  answer.on('close', () => on.destroy())
  asked.pipe(on)
}
