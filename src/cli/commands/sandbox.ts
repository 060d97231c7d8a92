import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Failure, type FailureRecord } from '#base/index.ts'
import { cli } from '../failures.ts'
import { programFile } from '../host.ts'
import type { Terminal } from '../terminal.ts'

/** Options as they were given, by the names that the sandbox's own program knows them by: `gatewayPort` is `--gateway-port`. */
type SandboxOptions = Readonly<Record<string, string | boolean | undefined>>

/** What the process tells beside what it prints. */
type Told = { readonly is: 'failed'; readonly failure: FailureRecord } | { readonly is: 'ready'; readonly addresses: object }

/** `sluice sandbox`: the sandbox as a process of its own in this terminal, until Ctrl-C. */
export async function sandbox(_: readonly string[], options: SandboxOptions, terminal: Terminal): Promise<number> {
  const file = programFile('sandbox')
  if (!existsSync(file)) throw cli.NOT_BUILT({ file })
  const output = terminal.json ? 'ignore' : 'inherit'
  const child = spawn(process.execPath, [file, ...argumentsOf(options)], { stdio: ['inherit', output, 'inherit', 'ipc'] })
  // The terminal sends Ctrl-C to both; the child ends by itself, and this process after it.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('message', (told: Told) => {
      if (told.is === 'failed') reject(new Failure(told.failure))
      else if (terminal.json) terminal.out(JSON.stringify({ ready: told.addresses }))
    })
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 0))
  })
}

function argumentsOf(options: SandboxOptions): readonly string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const name = `--${key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
    if (typeof value === 'string') return [name, value]
    // Only what switches something off is given as false.
    if (value === false) return [name.replace('--', '--no-')]
    return key === 'webhook' || value === undefined ? [] : [name]
  })
}
