// The README, followed word for word by real processes: two terminals, a sandbox, a host, and kubectl to look at what came of it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { oracle } from '../../tools/oracles.mjs'
import { asApplied, kubectlAt, objectsIn, type Kubectl } from './at-rest.ts'
import { commandsOf, type ShownCommand } from './readme.ts'
import { openShell, type Shell } from './shell.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a newcomer types or reads that this walk does not run, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm run demo': 'a test of its own, and of every check of this repository',
  'requests 2542, lost 0, wrong version 0': 'what the demo prints',
  'npm run demo -- --fail': 'as the demo',
  'npm test': 'this is it',
  'while sleep 0.05; do curl -s http://127.0.0.1:42993/ > /dev/null; done':
    'users, who have tests of their own; without them the check says so',
  'npm ci && npm run build': 'what the set-up of all tests does',
}

const { path: kubectlProgram, missing } = oracle('kubectl')
if (!kubectlProgram) console.warn(`skipped: the walk's look at the cluster through the real kubectl: ${missing}`)

let folder: string
let shells: Shell[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-walk-'))
  shells = []
})
afterEach(async () => {
  await shells[0]?.run('sluice host stop')
  await Promise.all(shells.map(shell => shell.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** A terminal of somebody who has nothing of Sluice yet. */
function terminal(): Shell {
  const { SLUICE_HOME: _, XDG_STATE_HOME: __, KUBECONFIG: ___, ...env } = process.env
  const shell = openShell(root, { ...env, HOME: folder, NO_COLOR: '1' })
  shells.push(shell)
  return shell
}

/** The walk's way through the commands of the README: each is taken by its beginning, once, in their order. */
function readme(): { next(begins: string): ShownCommand; rest(): readonly string[] } {
  const commands = commandsOf(readFileSync(join(root, 'README.md'), 'utf8')).filter(({ command }) => elsewhere[command] === undefined)
  return {
    next(begins) {
      const [next] = commands.splice(0, 1)
      expect(next?.command).toMatch(new RegExp(`^${begins}(?![\\w-])`))
      return next as ShownCommand
    },
    rest: () => commands.map(({ command }) => command),
  }
}

/** Ports and seeds are others each time. */
const withoutNumbers = (text: string): string => text.trim().replaceAll(/\d{3,}/g, 'N')

async function typed(shell: Shell, { command, prints }: ShownCommand): Promise<void> {
  const { code, text } = await shell.run(command)
  expect({ command, code, text }).toEqual({ command, code: 0, text: prints.length > 0 ? `${prints.join('\n')}\n` : text })
}

/** Ends a run that goes on without a terminal: waits for its end, and gives its exit code. */
const followed = async (shell: Shell): Promise<number> => (await shell.run('sluice logs --follow')).code

it('leads from nothing to a second version and back, and at rest the cluster equals what render prints', async () => {
  const page = readme()
  const shell = terminal()
  const second = terminal()
  for (const each of [shell, second]) {
    // In a clone; the application is written elsewhere, to leave the clone as it is.
    if (each === shell) await typed(shell, page.next('alias'))
    else await each.run(`alias sluice="$PWD/bin/sluice.mjs"`)
    await each.run(`cd '${folder}'`)
  }
  await typed(shell, page.next('sluice init'))
  await typed(shell, page.next('cd cart'))
  await typed(shell, page.next('sluice lint'))
  shorten('cart/sluice.yaml', { 'over: 2m': 'over: 1s', 'drain: 30s': 'drain: 1s' })

  const sandbox = page.next('sluice sandbox')
  await second.run('cd cart')
  const said = await second.start(sandbox.command, /seed.*\n/)
  expect(withoutNumbers(said)).toBe(withoutNumbers(sandbox.prints.join('\n')))
  await typed(shell, page.next('export KUBECONFIG'))
  const cluster = clusterOf(shell)

  expect((await shell.run(page.next('sluice plan').command)).text).toMatch(/^cart new → 1\.0\.0 in .*plan [0-9a-f]+$/m)
  expect(await shell.run(page.next('sluice run').command)).toMatchObject({
    code: 3,
    text: expect.stringContaining('waits for an approval'),
  })
  await typed(shell, { ...page.next('sluice approve'), prints: [] })
  expect(await followed(shell)).toBe(0)
  await cluster.equalsRenderOf('1.0.0')

  const plan = await shell.run(page.next('sluice plan').command)
  expect(plan.text).toMatch(/^cart 1\.0\.0 → 2\.0\.0 in .*plan [0-9a-f]+$/m)
  const runSecond = page.next('sluice run').command
  expect(await shell.run(runSecond)).toMatchObject({ code: 3, text: expect.stringContaining('stable 50 %  canary 50 %') })
  expect((await shell.run(page.next('sluice status').command)).text).toMatch(
    / canary +cart 1\.0\.0 → 2\.0\.0 +waiting .*waits for an approval/,
  )
  expect(await shell.run(page.next('sluice abort').command)).toMatchObject({ code: 1, text: expect.stringContaining('✓ Way back') })
  await cluster.equalsRenderOf('1.0.0')
  const report = await shell.run(page.next('sluice report').command)
  expect(report).toMatchObject({
    code: 0,
    text: expect.stringContaining('Does it answer well?: cart-canary: not measured: not one request came'),
  })
  expect(report.text).toContain('requests 0: nobody sent any')
  expect(page.rest()).toEqual([])

  // Once more, to the end.
  expect((await shell.run(runSecond)).code).toBe(3)
  expect((await shell.run('sluice approve --why "it answers well"')).code).toBe(0)
  expect(await followed(shell)).toBe(0)
  await cluster.equalsRenderOf('2.0.0')
  expect((await shell.run('sluice status')).text).toMatch(/ cart 1\.0\.0 → 2\.0\.0 +done .*cart 2\.0\.0 runs, after/)

  const over = await shell.run('sluice restore')
  expect(over).toMatchObject({ code: 2, text: expect.stringContaining('SL-CLI-RUN-OVER') })
  expect(over.text).not.toContain('takes back')
  expect((await shell.run('sluice render --tag 2.0.0 | head -1; echo ${PIPESTATUS[0]}')).text.trim()).toMatch(/^---\n(?:0|141)$/)
  await cluster.equalsRenderOf('2.0.0')

  second.interrupt()
  await second.run('true')
  expect(existsSync(join(folder, 'cart/sandbox.kubeconfig'))).toBe(false)
}, 300_000)

/** A newcomer has minutes, a test has seconds. */
function shorten(file: string, times: Readonly<Record<string, string>>): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  const shorter = Object.entries(times).reduce((before, [from, to]) => before.replace(from, to), text)
  expect(shorter.length).toBeLessThan(text.length)
  writeFileSync(path, shorter)
}

interface Cluster {
  /** Nothing but what `sluice render` prints for the version, as the server completes it; beside it the record alone. */
  equalsRenderOf(tag: string): Promise<void>
}

function clusterOf(shell: Shell): Cluster {
  if (!kubectlProgram) return { equalsRenderOf: () => Promise.resolve() }
  const kubectl: Kubectl = kubectlAt(kubectlProgram, join(folder, 'cart/sandbox.kubeconfig'), join(folder, 'kubectl-cache'))
  const before = objectsIn(kubectl, 'default')
  expect(kubectl(['create', 'namespace', 'empty']).code).toBe(0)
  return {
    async equalsRenderOf(tag) {
      const yaml = (await shell.run(`sluice render --tag ${tag}`)).text
      expect(kubectl(['diff', '--server-side', '-f', '-'], yaml)).toEqual({ code: 0, out: '', err: '' })
      const json = (await shell.run(`sluice render --tag ${tag} --output json`)).text.trim().split('\n')
      const wanted = asApplied(
        kubectl,
        json.map(line => JSON.parse(line) as KubernetesObject),
        'empty',
      )
      const isRecord = (each: unknown): boolean => (each as KubernetesObject).metadata.name === 'sluice-record-cart-main'
      const found = objectsIn(kubectl, 'default')
      expect(found.filter(isRecord)).toMatchObject([{ kind: 'ConfigMap' }])
      expect(sorted(found.filter(each => !isRecord(each)))).toEqual(sorted([...before, ...wanted]))
    },
  }
}

function sorted(objects: readonly unknown[]): readonly unknown[] {
  const key = (object: unknown): string => `${(object as KubernetesObject).kind} ${(object as KubernetesObject).metadata.name}`
  return objects.toSorted((a, b) => key(a).localeCompare(key(b)))
}
