import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cli } from '../failures.ts'
import { programFile } from '../host.ts'

interface SandboxOptions {
  readonly kubeconfig: string
  readonly propagation: string
  readonly port?: string
  readonly gatewayPort?: string
}

/** `sluice sandbox`: the sandbox as a process of its own in this terminal, until Ctrl-C. */
export async function sandbox(_: readonly string[], options: SandboxOptions): Promise<number> {
  const file = programFile('sandbox')
  if (!existsSync(file)) throw cli.NOT_BUILT({ file })
  const { kubeconfig, propagation, port, gatewayPort } = options
  const given = ['--kubeconfig', kubeconfig, '--propagation', propagation]
  const ports = [...(port === undefined ? [] : ['--port', port]), ...(gatewayPort === undefined ? [] : ['--gateway-port', gatewayPort])]
  const child = spawn(process.execPath, [file, ...given, ...ports], { stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; the child ends by itself, and this process after it.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 0))
  })
}
