import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cli } from '../failures.ts'
import { programFile } from '../host.ts'

interface SandboxOptions {
  readonly kubeconfig: string
  readonly propagation: string
  readonly port?: string
  readonly gatewayPort?: string
  readonly nginx?: boolean
  readonly nginxPort?: string
  readonly prometheus?: boolean
  readonly prometheusPort?: string
  readonly scrapeInterval: string
}

/** `sluice sandbox`: the sandbox as a process of its own in this terminal, until Ctrl-C. */
export async function sandbox(_: readonly string[], options: SandboxOptions): Promise<number> {
  const file = programFile('sandbox')
  if (!existsSync(file)) throw cli.NOT_BUILT({ file })
  const { kubeconfig, propagation, port, gatewayPort, nginx, nginxPort, prometheus, prometheusPort, scrapeInterval } = options
  const ports = Object.entries({
    '--port': port,
    '--gateway-port': gatewayPort,
    '--nginx-port': nginxPort,
    '--prometheus-port': prometheusPort,
  })
  const given = ports.flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
  const scraped = [...(prometheus === true ? ['--prometheus'] : []), '--scrape-interval', scrapeInterval]
  const all = ['--kubeconfig', kubeconfig, '--propagation', propagation, ...(nginx === true ? ['--nginx'] : []), ...scraped, ...given]
  const child = spawn(process.execPath, [file, ...all], { stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; the child ends by itself, and this process after it.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 0))
  })
}
