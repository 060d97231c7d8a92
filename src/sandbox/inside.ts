import { NoAnswer, type PodRuntime } from '#sandbox/pods/index.ts'
import { textOf, unreachable, type PodHttpRequest, type PodHttpResponse } from './pod-http.ts'

/** The pods' network as a process in one of the pods sees it; fits the delegate's port. */
export interface SandboxInside {
  http(address: string, port: number, request: PodHttpRequest, signal?: AbortSignal): Promise<PodHttpResponse>
  token(audience: string): Promise<string>
}

/** With the tokens of a service account: `NAMESPACE/NAME/AUDIENCE`, which is all that the sandbox's istiods look at. */
export function inside(runtime: PodRuntime, account: { readonly namespace: string; readonly name: string }): SandboxInside {
  return {
    async http(ip, port, { method = 'GET', path, headers = {} }, signal) {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
      try {
        const answer = await runtime.send({ ip, port }, { method, path, headers: lower }, signal)
        return { status: answer.status, headers: answer.headers, body: textOf(answer.body) }
      } catch (error) {
        throw error instanceof NoAnswer ? unreachable(`at ${ip}`, port, error.message, error) : error
      }
    },
    token: audience => Promise.resolve(`${account.namespace}/${account.name}/${audience}`),
  }
}
