import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
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

describe('registries', () => {
  const modules = (folder: string, but: RegExp): readonly string[] =>
    readdirSync(join(root, folder)).filter(
      file => file.endsWith('.ts') && !/^index[.]|[.](?:test|contract)[.]ts$/.test(file) && !but.test(file),
    )

  it.each([
    ['src/control-plane/steps', /^(?:step|failures)[.]/],
    ['src/model/workflow/steps', /^step-type[.]/],
    ['src/model/workflow/lint/rules', /^$/],
    ['src/model/manifests/template/functions', /^(?:convert|function|json)[.]/],
  ])('%s/index.ts lists every file of its folder', (folder, but) => {
    const index = read(`${folder}/index.ts`)

    expect(modules(folder, but).filter(file => !index.includes(`'./${file}'`))).toEqual([])
  })

  it('has a command for every file of src/cli/commands', () => {
    const program = filesBelow('src/cli').filter(path => /^src\/cli\/program[^/]*\.ts$/.test(path))
    const text = program.map(read).join('')

    expect(modules('src/cli/commands', /^tell[.]/).filter(file => !text.includes(`'./commands/${file}'`))).toEqual([])
  })

  it('prints every figure that bench/ measures', () => {
    const main = read('bench/main.ts')
    const figures = filesBelow('bench').filter(path => read(path).includes(': Figure = {'))

    expect(figures.filter(path => !main.includes(`'./${path.replace('bench/', '')}'`))).toEqual([])
  })
})

describe('pages', () => {
  const pages = ['ARCHITECTURE.md', 'CONTRIBUTING.md', ...['docs/recipes', 'docs/decisions'].flatMap(filesBelow)]

  /** Names in capitals stand for what the reader chooses. */
  it.each(pages)('%s names only files and folders that are there', page => {
    const named = [...read(page).matchAll(/`((?:src|test|docs|bench|tools|bin)\/[^`\s]*)`|\]\(([^)#:]+)\)/g)].map(
      ([, code, link]) => code ?? link ?? '',
    )
    const fixed = named.filter(path => !/[A-Z]{4,}/.test(path.replace(/[.]md$/, '')))

    expect(fixed.filter(path => !existsSync(join(root, path)))).toEqual([])
  })

  it.each(pages)('%s names only scripts that package.json has', page => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(page).matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name ?? '')

    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  const sources = ['src', 'test', 'tools'].flatMap(filesBelow).filter(path => /[.](?:ts|mjs)$/.test(path))
  const words = new Set(sources.flatMap(path => read(path).match(/[A-Za-z_]\w*/g) ?? []))

  it.each(filesBelow('docs/recipes'))('%s names only functions, fields and files that the code has', page => {
    const code = [...read(page).matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '').filter(text => !/^(?:np[mx] |[a-z]+[/])/.test(text))
    const names = code.flatMap(text => (/^[\w-]+[.](?:ts|sql|mjs)$/.test(text) ? [] : (text.match(/…?[A-Za-z_]\w*/g) ?? [])))
    const files = code.filter(text => /^[\w-]+[.](?:ts|sql|mjs)$/.test(text) && !sources.some(path => path.endsWith(`/${text}`)))
    // What stands for the reader's own is in capitals, or begins with dots.
    const unknown = names.filter(name => !name.startsWith('…') && !/[A-Z]{4,}/.test(name) && !words.has(name))

    expect([...files, ...unknown]).toEqual([])
  })

  it('CONTRIBUTING.md leads to every recipe', () => {
    const text = read('CONTRIBUTING.md')

    expect(filesBelow('docs/recipes').filter(recipe => !text.includes(`(${recipe})`))).toEqual([])
  })
})

describe('test/system/scenarios.md', () => {
  const stories = Object.entries({ row: 35, argo: 30, flagger: 25 }).flatMap(([of, count]) =>
    Array.from({ length: count }, (_, index) => `${of} ${index + 1}`),
  )
  const told = read('test/system/scenarios.md')
    .split('\n')
    .map(line => /^\| ([a-z]+ \d+) +\| [^|]+\| ([^|]*\S) +\|$/.exec(line))
    .flatMap(found => (found ? [{ story: found[1] ?? '', where: found[2] ?? '' }] : []))
  const filesIn = (where: string): readonly string[] => [...where.matchAll(/`([^`]+[.]test[.]ts)`/g)].map(([, file]) => file ?? '')
  /** Stories are what the name of a test begins with, up to a colon. */
  const namedIn = (path: string): readonly string[] =>
    [...read(path).matchAll(/['"`]((?:(?:row|argo|flagger) \d+(?:, )?)+): /g)].flatMap(([, names]) => (names ?? '').split(', '))

  it('has every story once, with a test or the reason why there is none', () => {
    expect(told.map(({ story }) => story)).toEqual(stories)
  })

  const tests = ['src', 'test'].flatMap(filesBelow).filter(path => path.endsWith('.test.ts'))

  it('names every file that has a test of the story, and no other', () => {
    const named = tests.flatMap(path => [...new Set(namedIn(path))].map(story => `${story} in ${path}`))

    expect(told.flatMap(({ story, where }) => filesIn(where).map(path => `${story} in ${path}`)).toSorted()).toEqual(named.toSorted())
  })

  it.each(tests.filter(path => path.startsWith('test/system/stories/')))(
    '%s tells the stories of its name, and begins with their words',
    path => {
      const [, numbers = ''] = /^test[/]system[/]stories[/]((?:(?:row|argo|flagger)-\d\d-)+)[a-z0-9-]+[.]test[.]ts$/.exec(path) ?? []
      const ofName = [...numbers.matchAll(/([a-z]+)-(\d\d)-/g)].map(([, of, number]) => `${of} ${Number(number)}`)

      expect([...new Set(namedIn(path))]).toEqual(ofName)
      expect(read(path)).toMatch(/^[/][/] .{60,}\n(?:[/][/] .+\n)+import /)
    },
  )
})

describe('what the repository must not hold', () => {
  const folders = ['src', 'test', 'bench', 'tools', 'bin', 'docs', '.ci']
  const tops = readdirSync(root, { withFileTypes: true }).flatMap(entry => (entry.isFile() && entry.name !== '.git' ? [entry.name] : []))
  const texts = [...tops, ...folders.flatMap(filesBelow)].map(path => ({ path, text: read(path) }))
  const holding = (pattern: RegExp): readonly string[] => texts.filter(({ text }) => pattern.test(text)).map(({ path }) => path)

  it("has no paths of somebody's machine", () => {
    const below = root.replace(/\/[^/]*\/$/, '/').replaceAll('/', '\\/')

    expect(below.length < 6 ? [] : holding(new RegExp(below))).toEqual([])
    expect(holding(new RegExp(['/Users', '/home/(?!ada/)', '/root'].map(path => `["'\`( ]${path}/\\w`).join('|')))).toEqual([])
  })

  it('has no addresses of package registries: npm takes the one that its user has set', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> }

    expect(Object.entries(lock.packages).flatMap(([name, { resolved }]) => (resolved?.startsWith('http') ? [name] : []))).toEqual([])
    expect(holding(/\bregistry\s*=\s*http|https?:\/\/[\w.-]*(?:registry|artifactory|verdaccio)[\w.-]*/)).toEqual([])
  })
})
