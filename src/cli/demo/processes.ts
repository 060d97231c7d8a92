import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cli } from '../failures.ts'
import type { HostClient } from '../host-client/index.ts'
import { programFile, startedHost, whoAmI } from '../host.ts'

/** The demo's own world: a sandbox process, a data folder and a kubeconfig, all of which are gone afterwards. */
export interface DemoWorld {
  readonly folder: string
  readonly kubeconfig: string
  readonly gatewayPort: number
  /** The host that runs the demo's executions, started when it is first asked for. */
  host(): Promise<HostClient>
  close(): Promise<void>
}

export async function openDemoWorld(): Promise<DemoWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'))
  const kubeconfig = join(folder, 'kubeconfig')
  // The host that this process starts, and every command below, lives in the demo's folder and sees the demo's cluster only.
  process.env['SLUICE_HOME'] = join(folder, 'home')
  process.env['KUBECONFIG'] = kubeconfig
  const { child, gatewayPort } = await startSandbox(kubeconfig).catch((error: unknown) => {
    removeFolder(folder)
    throw error
  })
  let starting: Promise<HostClient> | undefined
  return {
    folder,
    kubeconfig,
    gatewayPort,
    host: () => (starting ??= startedHost()),
    async close() {
      // One that is just starting would outlive the demo.
      const host = await starting?.catch(() => undefined)
      await host?.stop(whoAmI()).catch(() => undefined)
      await ended(child)
      removeFolder(folder)
    },
  }
}

/** The host lets go of its last files while it ends. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

async function startSandbox(kubeconfig: string): Promise<{ readonly child: ChildProcess; readonly gatewayPort: number }> {
  const file = programFile('sandbox')
  if (!existsSync(file)) throw cli.NOT_BUILT({ file })
  const child = spawn(process.execPath, [file, '--kubeconfig', kubeconfig, '--attached'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gateway = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /^gateway\s+http:\/\/[^:]+:(\d+)$/m.exec(said)
      if (found?.[1]) resolve(found[1])
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the sandbox ended with ${code}: ${said}`)))
  })
  return { child, gatewayPort: Number(gateway) }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.stdin?.end()
    child.kill('SIGTERM')
  })
}
