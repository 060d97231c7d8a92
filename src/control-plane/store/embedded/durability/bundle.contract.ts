import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../../../../..', import.meta.url))

/** The built database thread that tests run. */
export const worker = new URL('../../../../../dist/database-worker.mjs', import.meta.url)

/** Where tests keep the first database, so that each does not make its own. */
export const templates = join(root, '.cache')

/** Bundles a program of this folder for a process of its own (Node 20 strips no types). Returns its path. */
export async function bundle(entry: string): Promise<string> {
  const bundled = await rolldown({
    cwd: root,
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: 'node',
    moduleTypes: { '.sql': 'text' },
    external: [/^node:/, /^@electric-sql\//],
    resolve: { alias: { '#': join(root, 'src') } },
  })
  // Below the repository, for its packages.
  const file = join(mkdtempSync(join(root, '.cache', 'bundle-')), entry.replace(/[.]ts$/, '.mjs'))
  await bundled.write({ file, format: 'esm' })
  await bundled.close()
  return file
}

/** A new empty folder outside of the repository. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'sluice-store-'))
