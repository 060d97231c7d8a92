import { explainBypass, explainRequest } from '#delegate/explain/index.ts'
import { objectsOf, type Objects } from '#delegate/kubernetes/index.ts'
import type { Question } from '#model/explain/index.ts'
import type { ClusterRef } from '#model/release/index.ts'
import { exit } from '../exit.ts'
import { cli } from '../failures.ts'
import { commandSurroundings } from '../planning.ts'
import { bypassText, explanationText } from '../show/explain.ts'
import type { Terminal } from '../terminal.ts'

interface ExplainOptions {
  readonly host?: string
  readonly path: string
  readonly header?: readonly string[]
  readonly method: string
  readonly from?: string
  readonly gateway?: string
  readonly port?: string
  readonly context?: string
  readonly kubeconfig?: string
  readonly namespace: string
}

/** `sluice explain`: where one request goes, and why; `sluice explain bypass [service]`: every way past the managed routes. */
export async function explain([topic, service]: readonly string[], options: ExplainOptions, terminal: Terminal): Promise<number> {
  const { namespace } = options
  const question = topic === undefined ? questionOf(options) : undefined
  return withCluster(options, async objects => {
    const asked = { namespace, objects, signal: new AbortController().signal }
    if (question) {
      const explanation = await explainRequest(question, asked)
      terminal.out(terminal.json ? JSON.stringify(explanation) : explanationText(explanation, terminal.columns))
    } else {
      const report = await explainBypass(service, asked)
      terminal.out(terminal.json ? JSON.stringify(report) : bypassText(report, terminal.columns))
    }
    return exit.done
  })
}

async function withCluster<T>({ context, kubeconfig }: ExplainOptions, work: (objects: Objects) => Promise<T>): Promise<T> {
  const reference: ClusterRef = { ...(context === undefined ? {} : { context }), ...(kubeconfig === undefined ? {} : { kubeconfig }) }
  const surroundings = commandSurroundings()
  try {
    return await work(objectsOf(await surroundings.cluster(reference), surroundings))
  } finally {
    await surroundings.close()
  }
}

/** A name or an address, with a port where the header has one. */
const hostForm = /^[\w.:[\]-]+$/

function questionOf({ host, path, header = [], method, from, gateway, port }: ExplainOptions): Question {
  if (host === undefined) throw cli.NO_HOST_NAMED({})
  if (!hostForm.test(host)) throw cli.HOST_NAME({ text: host })
  return {
    host,
    method: method.toUpperCase(),
    path: path.startsWith('/') ? path : `/${path}`,
    headers: headersOf(header),
    from: from === undefined ? { is: 'gateways', ...(gateway === undefined ? {} : { name: gateway }) } : { is: 'pod', ...podOf(from) },
    ...(port === undefined ? {} : { port: portOf(port) }),
  }
}

/** Several values of one name are joined by a comma, as proxies do. */
function headersOf(given: readonly string[]): Question['headers'] {
  const headers = new Map<string, string>()
  for (const text of given) {
    const colon = text.indexOf(':')
    if (colon < 1) throw cli.HEADER({ text })
    const name = text.slice(0, colon).trim().toLowerCase()
    const value = text.slice(colon + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)},${value}` : value)
  }
  return Object.fromEntries(headers)
}

/** `shop`, `shop/app=cart,tier=web` */
function podOf(text: string): { readonly namespace: string; readonly labels: Readonly<Record<string, string>> } {
  const [namespace = '', ...rest] = text.split('/')
  const pairs = rest
    .join('/')
    .split(',')
    .filter(pair => pair !== '')
  if (namespace === '' || pairs.some(pair => pair.indexOf('=') < 1)) throw cli.CALLER({ text })
  return {
    namespace,
    labels: Object.fromEntries(
      pairs.map(pair => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)]
      }),
    ),
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw cli.PORT({ text })
  return port
}
