import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { preparedRun } from './application-folder.ts'

const told = async (text: string): Promise<{ readonly failure: unknown; readonly said: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-application-'))
  const said: string[] = []
  const terminal = {
    live: false,
    columns: 120,
    json: false,
    out: (line: string) => said.push(line),
    err: (line: string) => said.push(line),
  }
  try {
    writeFileSync(join(folder, 'sluice.yaml'), text)
    const failure = await preparedRun(undefined, { folder }, terminal).catch((error: unknown) => error)
    return { failure, said: said.join('\n') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

it('tells what is wrong with a document that hides the only workflow, instead of asking for a name', async () => {
  const { failure, said } = await told('apiVersion: sluice.dev/v1\nkind: Workflow\nmetadata: { name: canary }\nspec: { phases: [1 }\n')
  expect(failure).toMatchObject({ code: 'SL-CLI-PROBLEMS' })
  expect(said).toContain('SL-DOCUMENTS-SYNTAX')
})

it('asks for a workflow where the documents are fine and hold none', async () => {
  const { failure, said } = await told('apiVersion: sluice.dev/v1\nkind: Environment\nmetadata: { name: production }\nspec: {}\n')
  expect(failure).toMatchObject({ code: 'SL-CLI-WHICH-WORKFLOW' })
  expect(said).toBe('')
})
