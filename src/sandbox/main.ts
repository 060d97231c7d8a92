// `sluice sandbox`: a cluster with a mesh in a process of its own, until it is told to end.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Failure, seededRandom, toFailureRecord } from '#base/index.ts'
import { meshOptions, readArguments, usage, type Arguments } from './arguments.ts'
import { failures } from './failures.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { serveSandbox, type ServedSandbox } from './serve.ts'

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2), Date.now())
  if (asked.help) return void process.stdout.write(usage)
  const ended = endOfLife(asked.attached)
  const served = await serve(asked)
  const text = kubeconfigText(`http://127.0.0.1:${served.apiPort}`)
  try {
    writeKubeconfig(asked.kubeconfig, text)
    process.stdout.write(`ready\n${addresses(served, asked)}`)
    await ended
  } finally {
    await served.close()
    removeKubeconfig(asked.kubeconfig, text)
  }
}

async function serve(asked: Arguments): Promise<ServedSandbox> {
  const random = seededRandom(asked.seed)
  const { apiPort, gatewayPort, nginxPort, prometheusPort, scrapeInterval, webhook } = asked
  const nginx = nginxPort === undefined ? {} : { nginx: {}, nginxPort }
  const prometheus = prometheusPort === undefined ? {} : { prometheus: { interval: scrapeInterval }, prometheusPort }
  try {
    return await serveSandbox({
      random,
      apiPort,
      gatewayPort,
      ...nginx,
      ...prometheus,
      webhook,
      mesh: meshOptions(asked, seededRandom(asked.seed + 1)),
    })
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number }
    throw code === 'EADDRINUSE' ? failures.PORT_IN_USE({ port: port ?? apiPort }, error) : error
  }
}

function addresses({ apiPort, gatewayPort, nginxPort, prometheusPort }: ServedSandbox, { kubeconfig, seed }: Arguments): string {
  const lines = [
    ['api', `http://127.0.0.1:${apiPort}`],
    ['gateway', `http://127.0.0.1:${gatewayPort}`],
    ...(nginxPort === undefined ? [] : [['nginx', `http://127.0.0.1:${nginxPort}`]]),
    ...(prometheusPort === undefined ? [] : [['prometheus', `http://127.0.0.1:${prometheusPort}`]]),
    ['kubeconfig', kubeconfig],
    ['seed', String(seed)],
  ]
  return lines.map(([name = '', value]) => `${name.padEnd(11)}${value}\n`).join('')
}

/** Resolves when a person, or the program that started it, wants it to end. */
function endOfLife(attached: boolean): Promise<void> {
  return new Promise(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (attached)
      process.stdin
        .once('end', () => resolve())
        .once('error', () => resolve())
        .resume()
  })
}

/** Written whole or not at all: whoever waits for the file never reads half of it. */
function writeKubeconfig(file: string, text: string): void {
  try {
    writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  } catch (error) {
    rmSync(`${file}.${process.pid}`, { force: true })
    throw failures.KUBECONFIG({ file, reason: (error as Error).message }, error)
  }
}

/** Only our own: another sandbox may have written the same file since. */
function removeKubeconfig(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) rmSync(file)
  } catch {
    // It is gone already.
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const { code, message, todo } = toFailureRecord(error)
    process.stderr.write(`${code}  ${message}\n    ${todo}\n`)
    process.exit(error instanceof Failure && error.blame === 'user' ? 2 : 70)
  },
)
