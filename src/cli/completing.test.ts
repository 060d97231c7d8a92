import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { completion } from './commands/completion.ts'
import { candidatesFor, type Names } from './completing.ts'
import { sluiceProgram } from './program.ts'

const asked: string[] = []
const names: Names = {
  workflows: async folder => (asked.push(folder), [{ word: 'canary', about: 'Workflow' }]),
  infrastructures: async () => [{ word: 'eu', about: 'Infrastructure' }],
  services: async () => [{ word: 'cart', about: 'Service' }],
  executions: async running => [{ word: running ? 'k3f9' : 'old1', about: 'cart' }],
}
const complete = async (...words: string[]): Promise<string[]> =>
  (
    await candidatesFor(
      sluiceProgram(command => command),
      words,
      names,
    )
  ).map(({ word }) => word)

it('completes commands, and hides what is not for people', async () => {
  expect((await complete('re')).toSorted()).toEqual(expect.arrayContaining(['reject', 'render', 'restore', 'resume', 'retry']))
  expect(await complete('')).not.toContain('complete')
})

it('completes the options of the command, and those of all', async () => {
  expect(await complete('run', '--')).toEqual(expect.arrayContaining(['--tag', '--plan', '--detach', '--output', '--help']))
  expect(await complete('run', '--ta')).toEqual(['--tag'])
})

it('completes values that are known: choices, names of documents, executions', async () => {
  expect(await complete('--output', '')).toEqual(['text', 'json'])
  expect(await complete('run', '--infrastructure', '')).toEqual(['eu'])
  expect(await complete('run', '')).toEqual(['canary'])
  expect(await complete('plan', '-f', 'deploy', 'can')).toEqual(['canary'])
  expect(asked.at(-1)).toBe('deploy')
  expect(await complete('rollback', '')).toEqual(['cart'])
  expect(await complete('host', 'st')).toEqual(['status', 'start', 'stop'])
})

it('offers what has not ended to those who would change it, and all to those who look', async () => {
  expect(await complete('abort', '')).toEqual(['k3f9'])
  expect(await complete('status', '')).toEqual(['old1'])
  expect(await complete('drift', '')).toEqual(['old1'])
})

it('leaves files and free text to the shell', async () => {
  expect(await complete('run', '--tag', '')).toEqual([])
  expect(await complete('plan', 'canary', '')).toEqual([])
})

it('bash gets the candidates of the word under the cursor', async () => {
  const printed: string[] = []
  await completion(['bash'], {}, { live: false, columns: 80, json: false, out: text => void printed.push(text), err: () => undefined })
  const stand = `sluice() { printf 'asked:%s/%s/%s/%s\\twords\\n' "$@"; }`
  const script = `${printed.join('\n')}\n${stand}\nCOMP_WORDS=(sluice run can); COMP_CWORD=2; _sluice; printf '%s' "\${COMPREPLY[@]}"`

  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('asked:complete/--/run/can')
})
