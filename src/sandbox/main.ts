// `sluice sandbox`: a cluster with a mesh in a process of its own, until it is told to end.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { seededRandom, toFailureRecord, type FailureRecord } from '#base/index.ts'
import { meshOptions, readArguments, usage, type Arguments } from './arguments.ts'
import { failures } from './failures.ts'
import { kubeconfigText, sandboxServer } from './kubeconfig.ts'
import { serveSandbox, type ServedSandbox } from './serve.ts'

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2), Date.now())
  if (asked.help) return void process.stdout.write(usage)
  await mayWriteKubeconfig(asked.kubeconfig)
  const ended = endOfLife(asked.attached)
  const served = await serve(asked)
  const text = kubeconfigText(`http://127.0.0.1:${served.apiPort}`)
  try {
    writeKubeconfig(asked.kubeconfig, text)
    const addresses = addressesOf(served, asked)
    process.stdout.write(`ready\n${addresses.map(([name, value]) => `${name.padEnd(11)}${value}\n`).join('')}`)
    process.send?.({ is: 'ready', addresses: Object.fromEntries(addresses) })
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

function addressesOf(
  { apiPort, gatewayPort, nginxPort, prometheusPort }: ServedSandbox,
  { kubeconfig, seed }: Arguments,
): readonly (readonly [name: string, value: string])[] {
  return [
    ['api', `http://127.0.0.1:${apiPort}`],
    ['gateway', `http://127.0.0.1:${gatewayPort}`],
    ...(nginxPort === undefined ? [] : [['nginx', `http://127.0.0.1:${nginxPort}`] as const]),
    ...(prometheusPort === undefined ? [] : [['prometheus', `http://127.0.0.1:${prometheusPort}`] as const]),
    ['kubeconfig', kubeconfig],
    ['seed', String(seed)],
  ]
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

/** A file of its own that a sandbox left behind may be written again; what leads somewhere, or is somebody else's, stays. */
async function mayWriteKubeconfig(file: string): Promise<void> {
  const text = textIn(file)
  if (text.trim() === '') return
  const server = sandboxServer(text)
  if (server === undefined) throw failures.KUBECONFIG_TAKEN({ file })
  if (await answers(server)) throw failures.KUBECONFIG_IN_USE({ file, server })
}

/** Nothing where there is no file, or none that can be read: then it cannot be written either. */
function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Whether anybody answers there at once: it is a port of this machine. */
async function answers(server: string): Promise<boolean> {
  return fetch(`${server}/version`, { signal: AbortSignal.timeout(1000) }).then(
    answer => answer.ok,
    () => false,
  )
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

/** The program that started this one prints it as it prints everything; without one it is printed here. */
async function tell(failure: FailureRecord): Promise<void> {
  const { code, message, todo } = failure
  if (process.send) await new Promise(resolve => process.send?.({ is: 'failed', failure }, resolve))
  else process.stderr.write(`${code}  ${message}\n    ${todo}\n`)
}

main().then(
  () => process.exit(0),
  async (error: unknown) => {
    const failure = toFailureRecord(error)
    await tell(failure)
    process.exit(failure.blame === 'user' ? 2 : 70)
  },
)
