import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exampleApplication, type ExampleChoice } from '#model/workflow/index.ts'
import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

interface InitOptions {
  readonly image: string
  readonly folder?: string
  readonly context?: string
  readonly namespace?: string
  readonly port?: string
  readonly strategy?: keyof typeof strategies
}

/** As people write them on the command line. */
const strategies = { canary: 'canary', 'blue-green': 'blueGreen', rolling: 'rolling', basic: 'basic' } as const

/** `sluice init NAME --image REPOSITORY`: a commented application that runs at once. Nothing that is there is overwritten. */
export async function init([name = 'app']: readonly string[], options: InitOptions, terminal: Terminal): Promise<number> {
  const folder = options.folder ?? name
  const files = exampleApplication(choiceOf(name, options)).map(({ path, text }) => ({ path: join(folder, path), text }))
  const present = files.find(({ path }) => existsSync(path))
  if (present) throw cli.EXISTS({ path: present.path })
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    terminal.out(terminal.json ? JSON.stringify({ wrote: path }) : `wrote ${path}`)
  }
  if (!terminal.json) terminal.out(`next: cd ${folder}, then sluice lint, then sluice plan --tag VERSION`)
  return exit.done
}

function choiceOf(name: string, { image, context, namespace, port, strategy }: InitOptions): ExampleChoice {
  return {
    name,
    image,
    ...(context === undefined ? {} : { context }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port: portOf(port) }),
    ...(strategy === undefined ? {} : { strategy: strategies[strategy] }),
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw cli.PORT({ text })
  return port
}
