import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { failureKinds } from '#base/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length))

describe('folders', () => {
  const doors = filesBelow('src').filter(path => /^src\/(?:[^/]+\/){1,2}index\.ts$/.test(path))

  it.each(doors)('%s says in its first line what the folder is for, and has no logic', path => {
    const [first = '', ...rest] = read(path).split('\n')
    expect(first).toMatch(/^\/\/ \S.*[.:]$/)
    const statements = rest.filter(line => /^(?:const|let|function|class|if|for)\b/.test(line))
    const registry = /\/(?:steps|functions|rules|kinds|resources)\/index\.ts$/.test(path)
    expect(registry ? [] : statements).toEqual([])
  })
})

describe('import rules', () => {
  const cruise = (...paths: string[]): { summary: { totalCruised: number; error: number; violations: { rule: { name: string } }[] } } => {
    const command = join(root, 'node_modules', '.bin', 'depcruise')
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 } as const
    try {
      return JSON.parse(execFileSync(command, ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...paths], options))
    } catch (error) {
      return JSON.parse((error as { stdout: string }).stdout)
    }
  }

  it('see every module: a tool that reads nothing finds nothing', () => {
    const { summary } = cruise('src')
    expect(summary.totalCruised).toBeGreaterThan(filesBelow('src').filter(path => path.endsWith('.ts')).length * 0.9)
    expect(summary.error).toBe(0)
  }, 60_000)

  it('find a planted breach', () => {
    const planted = join(root, 'src/model/release/planted-breach.ts')
    writeFileSync(planted, "import { openDelegate } from '#delegate/main.ts'\nexport const breach = openDelegate\n")
    try {
      const { summary } = cruise('src/model/release')
      expect(summary.violations.map(violation => violation.rule.name)).toContain('model-imports')
    } finally {
      rmSync(planted)
    }
  }, 60_000)
})

const mends = { user: 'you', world: 'the world (it is tried again)', bug: 'us' } as const

/** The page as it should be; `UPDATE_DOCS=1` writes it. */
async function failuresPage(): Promise<string> {
  const tables = filesBelow('src').filter(path => /failures?\.ts$/.test(path) && path !== 'src/base/failure.ts')
  await Promise.all(tables.map(path => import(join(root, path))))
  const unexpected = {
    code: 'SL-BUG-UNEXPECTED',
    blame: 'bug',
    todo: 'This is a bug of Sluice: report it with the text of `sluice logs`.',
  } as const
  const kinds = [...failureKinds(), unexpected].toSorted((a, b) => (a.code < b.code ? -1 : 1))
  const head = '# Failures\n\nEvery code that you can meet, who can mend it, and what to do. Exit codes: `docs/guide/commands.md`.\n'
  return [head, ...kinds.map(({ code, blame, todo }) => `## ${code}\n\nMended by ${mends[blame]}. ${todo}\n`)].join('\n')
}

describe('docs/failures.md', () => {
  it('lists every code that a person can meet, with what to do, and no other (UPDATE_DOCS=1 writes it)', async () => {
    const page = await failuresPage()
    if (process.env['UPDATE_DOCS']) writeFileSync(join(root, 'docs/failures.md'), page)

    expect(read('docs/failures.md')).toBe(page)
  })
})
