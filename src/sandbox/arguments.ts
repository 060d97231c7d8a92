import { parseArgs } from 'node:util'
import { parseDuration, type Random } from '#base/index.ts'
import type { MeshOptions } from '#sandbox/mesh/index.ts'
import { failures } from './failures.ts'

/** What `sluice sandbox` was asked for. */
export interface Arguments {
  readonly help: boolean
  readonly kubeconfig: string
  readonly apiPort: number
  readonly gatewayPort: number
  /** Undefined: no ingress-nginx. */
  readonly nginxPort: number | undefined
  /** Undefined: no Prometheus. */
  readonly prometheusPort: number | undefined
  /** Milliseconds between the scrapes of a proxy. */
  readonly scrapeInterval: number
  readonly seed: number
  readonly istiods: number
  readonly gateways: number
  readonly webhook: boolean
  readonly istio: string | undefined
  readonly propagation: Propagation
  /** It ends when its standard input does: with the program that started it. */
  readonly attached: boolean
}

/** One time: istiod's debounce. A range: on top of the usual debounce, each message to each gateway takes its own time. */
export type Propagation =
  | { readonly is: 'debounce'; readonly after: number }
  | { readonly is: 'range'; readonly least: number; readonly most: number }

export const usage = `Usage: sluice sandbox --kubeconfig FILE [options]

Runs a Kubernetes cluster with an Istio mesh in this process: API server, controllers, pods that are HTTP servers,
istiod, and an ingress gateway on a port of this machine. Prints "ready" and its addresses; ends with Ctrl-C.

  --kubeconfig FILE      written when it is ready, removed at the end (context sluice-sandbox)
  --port N               port of the API server (default: any free one)
  --gateway-port N       port of the ingress gateway (default: any free one)
  --nginx                with ingress-nginx beside the mesh (IngressClass nginx)
  --nginx-port N         the same, on this port (default: any free one)
  --prometheus           with a Prometheus that scrapes the gateways
  --prometheus-port N    the same, on this port (default: any free one)
  --scrape-interval TIME how often it scrapes (default 15s)
  --propagation TIME     how late the mesh hears of changes: 100ms (default), 3s; or a range for each message: 0s..2s
  --gateways N           ingress gateways (default 1)
  --istiods N            istiods (default 1)
  --istio VERSION        the Istio it plays (default 1.27.1)
  --no-webhook           without istiod's validating webhook
  --seed N               of everything that is left to chance (default: the time)
  --attached             end when standard input ends
  --help

Images behave by words in their tags: acme/cart:2-bad answers errors, -slow, -crash, -nopull, -unready.

Examples:
  sluice sandbox --kubeconfig /tmp/sandbox.yaml
  kubectl --kubeconfig /tmp/sandbox.yaml get pods -A
`

const options = {
  kubeconfig: { type: 'string' },
  port: { type: 'string', default: '0' },
  'gateway-port': { type: 'string', default: '0' },
  nginx: { type: 'boolean', default: false },
  'nginx-port': { type: 'string' },
  prometheus: { type: 'boolean', default: false },
  'prometheus-port': { type: 'string' },
  'scrape-interval': { type: 'string', default: '15s' },
  propagation: { type: 'string', default: '100ms' },
  gateways: { type: 'string', default: '1' },
  istiods: { type: 'string', default: '1' },
  istio: { type: 'string' },
  'no-webhook': { type: 'boolean', default: false },
  seed: { type: 'string' },
  attached: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Reads the command line; every mistake is a failure that says what to write. */
export function readArguments(argv: readonly string[], now: number): Arguments {
  const values = parse(argv)
  if (!values.kubeconfig && !values.help) throw failures.ARGUMENTS({ reason: '--kubeconfig FILE is missing' })
  return {
    help: values.help,
    kubeconfig: values.kubeconfig ?? '',
    apiPort: count('--port', values.port, 0, 65_535),
    gatewayPort: count('--gateway-port', values['gateway-port'], 0, 65_535),
    nginxPort: optionalPort('--nginx-port', values.nginx, values['nginx-port']),
    prometheusPort: optionalPort('--prometheus-port', values.prometheus, values['prometheus-port']),
    scrapeInterval: interval(values['scrape-interval']),
    seed: values.seed === undefined ? now : count('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    istiods: count('--istiods', values.istiods, 1, 10),
    gateways: count('--gateways', values.gateways, 1, 10),
    webhook: !values['no-webhook'],
    istio: values.istio === undefined ? undefined : version(values.istio),
    propagation: propagation(values.propagation),
    attached: values.attached,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false }).values
  } catch (error) {
    throw failures.ARGUMENTS({ reason: (error as Error).message })
  }
}

/** Of what is installed only where it, or its port, is asked for. */
function optionalPort(name: string, isAsked: boolean, port: string | undefined): number | undefined {
  return isAsked || port !== undefined ? count(name, port ?? '0', 0, 65_535) : undefined
}

function interval(text: string): number {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined || milliseconds < 1000)
    throw failures.ARGUMENTS({ reason: `--scrape-interval is ${text}, not a time of a second or more, like 15s` })
  return milliseconds
}

function count(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most))
    throw failures.ARGUMENTS({ reason: `${name} is ${text}, not a whole number from ${least} to ${most}` })
  return value
}

function version(text: string): string {
  if (!/^1\.\d+(\.\d+)?$/.test(text)) throw failures.ARGUMENTS({ reason: `--istio is ${text}, not a version like 1.27.1` })
  return text
}

function propagation(text: string): Propagation {
  const [least, most, ...more] = text.split('..').map(parseDuration)
  if (least === undefined || more.length > 0 || (text.includes('..') && (most === undefined || most < least)))
    throw failures.ARGUMENTS({ reason: `--propagation is ${text}, not a time like 100ms or a range like 0s..2s` })
  return most === undefined ? { is: 'debounce', after: least } : { is: 'range', least, most }
}

/** The mesh that the command line asks for. */
export function meshOptions(
  { propagation: late, istio, istiods, gateways }: Arguments,
  random: Random,
): MeshOptions & { readonly istiods: number; readonly gateways: number } {
  const arrival: MeshOptions =
    late.is === 'debounce' ? { debounce: { after: late.after } } : { propagation: () => late.least + random() * (late.most - late.least) }
  return { ...arrival, ...(istio ? { version: istio } : {}), istiods, gateways }
}
