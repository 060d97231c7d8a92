import { editorSchema } from '#model/workflow/index.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** `sluice schema`: the JSON Schema of this version's documents. */
export async function schema(_: readonly string[], __: object, terminal: Terminal): Promise<number> {
  terminal.out(terminal.json ? JSON.stringify(editorSchema()) : JSON.stringify(editorSchema(), undefined, 2))
  return exit.done
}
