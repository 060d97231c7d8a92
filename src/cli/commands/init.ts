import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exampleApplication } from '#model/workflow/index.ts'
import { cli } from '../failures.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice init NAME --image REPOSITORY`: a commented application that runs at once. Nothing that is there is overwritten. */
export async function init(
  [name = 'app']: readonly string[],
  options: { readonly image: string; readonly folder?: string },
  terminal: Terminal,
): Promise<number> {
  const folder = options.folder ?? name
  const files = exampleApplication({ name, image: options.image }).map(({ path, text }) => ({ path: join(folder, path), text }))
  const present = files.find(({ path }) => existsSync(path))
  if (present) throw cli.EXISTS({ path: present.path })
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    terminal.out(terminal.json ? JSON.stringify({ wrote: path }) : `wrote ${path}`)
  }
  if (!terminal.json) terminal.out(`next: cd ${folder} && sluice lint && sluice plan --tag VERSION`)
  return exit.done
}
