// A world that refuses, told by real processes: one clear failure each, its exit code, a cluster that stays as it is, a journal that loses nothing.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { openGate, type Forbidden, type Gate } from './gate.ts'

const program = join(import.meta.dirname, '../../bin/sluice.mjs')
const dist = (name: string): string => join(import.meta.dirname, `../../dist/${name}.mjs`)

let folder: string
let sandbox: ChildProcess
let api: string
let gate: Gate

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bad-world-'))
  const own = join(folder, 'sandbox.kubeconfig')
  sandbox = spawn(process.execPath, [dist('sandbox'), '--kubeconfig', own, '--attached'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise<void>(resolve => sandbox.stdout?.on('data', (said: Buffer) => /^ready/m.test(said.toString()) && resolve()))
  const kubeconfig = readFileSync(own, 'utf8')
  api = /http:\/\/[\d.:]+/.exec(kubeconfig)?.[0] ?? ''
  gate = await openGate(api)
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig.replaceAll(api, gate.url))
  expect(await sluice('init', 'cart', '--image', 'ghcr.io/acme/cart', '--context', 'sluice-sandbox')).toMatchObject({ code: 0 })
  shorten(join(folder, 'cart/sluice.yaml'), [/over: \S+/, 'over: 1s'], [/drain: \S+/, 'drain: 1s'])
  expect(await sluice('run', '-f', 'cart', '--tag', '1.0.0')).toMatchObject({ code: 3 })
  expect(await sluice('approve')).toMatchObject({ code: 0 })
  expect(await sluice('logs', '--follow')).toMatchObject({ code: 0 })
}, 300_000)

afterAll(async () => {
  await sluice('host', 'stop')
  await gate.close()
  const gone = new Promise(resolve => sandbox.once('exit', resolve))
  sandbox.kill('SIGKILL')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

afterEach(() => {
  gate.forbid(undefined)
  gate.shut(false)
})

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A command of the program; not waited for by the thread, which also plays the gate. */
const sluice = (...args: readonly string[]): Promise<Said> => sluiceAt('home', ...args)

function sluiceAt(home: string, ...args: readonly string[]): Promise<Said> {
  const env = { ...process.env, SLUICE_HOME: join(folder, home), KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1' }
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

function shorten(path: string, ...changes: readonly (readonly [RegExp, string])[]): void {
  writeFileSync(
    path,
    changes.reduce((text, [from, to]) => text.replace(from, to), readFileSync(path, 'utf8')),
  )
}

const lists = [
  ...['services', 'configmaps'].map(plural => `/api/v1/namespaces/default/${plural}`),
  '/apis/apps/v1/namespaces/default/deployments',
  '/apis/coordination.k8s.io/v1/namespaces/default/leases',
  ...['gateways', 'virtualservices', 'destinationrules'].map(plural => `/apis/networking.istio.io/v1/namespaces/default/${plural}`),
]

/** Every object that a run could write, with its resourceVersion: any write at all changes this. */
async function written(): Promise<readonly string[]> {
  const all = await Promise.all(
    lists.map(async path => ((await (await fetch(`${api}${path}`)).json()) as { items: KubernetesObject[] }).items),
  )
  return all.flat().map(({ metadata: { name, uid, resourceVersion } }) => `${name} ${uid} ${resourceVersion}`)
}

/** What the journal holds of an execution, as people read it. */
const logOf = async (home: string, id: string): Promise<string> => (await sluiceAt(home, 'logs', id)).out

const ids = async (home: string): Promise<readonly string[]> => {
  const { out } = await sluiceAt(home, 'status', '--output', 'json')
  return out
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { readonly id: string }).id)
}

it.each<[string, Forbidden, RegExp]>([
  ['read', { verb: 'get', resource: 'destinationrules' }, /we may not get destinationrules\.networking\.istio\.io in namespace default/],
  ['write', { verb: 'patch', resource: 'virtualservices' }, /we may not patch virtualservices\.networking\.istio\.io in namespace default/],
])(
  'tells which verb on what is forbidden, before anything is written: a %s',
  async (_, what, words) => {
    const before = await written()
    gate.forbid(what)

    const plan = await sluice('plan', '-f', 'cart', '--tag', '2.0.0')
    expect(plan).toMatchObject({ code: 2, err: expect.stringMatching(words) })
    const run = await sluice('run', '-f', 'cart', '--tag', '2.0.0')
    expect(run).toMatchObject({ code: 2, out: expect.stringMatching(words) })
    expect(run.out).toMatch(/what to do: .*Role with that verb on that resource[^]*SL-KUBERNETES-FORBIDDEN[^]*refused, nothing was written/)
    expect(await written()).toEqual(before)
  },
  120_000,
)

it('tells that the API server does not answer; the same command works when it answers again', async () => {
  const before = await written()
  gate.shut(true)

  const run = await sluice('run', '-f', 'cart', '--tag', '2.0.0')
  expect(run).toMatchObject({ code: 5, out: expect.stringMatching(/SL-KUBERNETES-UNREACHABLE[^]*refused, nothing was written/) })
  expect(run.out).toContain(`cluster sluice-sandbox at ${gate.url}: no answer from the API server`)
  expect(await written()).toEqual(before)

  gate.shut(false)
  expect(await sluice('plan', '-f', 'cart', '--tag', '2.0.0')).toMatchObject({ code: 0 })
}, 120_000)

it('refuses a second host on the same data folder, and the first goes on', async () => {
  const { pid } = JSON.parse((await sluice('host', 'start', '--output', 'json')).out) as { readonly pid: number }
  const before = await ids('home')

  const second = spawnSync(process.execPath, [dist('host')], {
    env: { ...process.env, SLUICE_HOME: join(folder, 'home') },
    encoding: 'utf8',
  })
  expect(second.status).toBe(2)
  expect(JSON.parse(second.stdout)).toMatchObject({ code: 'SL-STORE-LOCKED', facts: { pid } })

  expect(JSON.parse((await sluice('host', '--output', 'json')).out)).toMatchObject({ pid })
  expect(await ids('home')).toEqual(before)
}, 60_000)

/** Room for a data folder, and little more than what is kept free in it. Only where this process may mount one. */
const disk = 'disk'
function mountDisk(): boolean {
  mkdirSync(join(folder, disk))
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', join(folder, disk)]).status === 0
}

it('on a full disk answers nothing that it could not keep, loses nothing, and goes on when there is room', async context => {
  if (!mountDisk()) {
    console.warn('skipped: a full disk: this process may not mount a small one')
    return context.skip()
  }
  const home = `${disk}/home`
  const filler = join(folder, disk, 'filler')
  try {
    expect(await sluiceAt(home, 'run', '-f', 'cart', '--tag', '2.0.0')).toMatchObject({ code: 3 })
    const [id = ''] = await ids(home)
    const [before, log] = [await written(), await logOf(home, id)]
    fill(filler)

    const told = { code: 5, err: expect.stringMatching(/the disk has \d+ MB left[^]*Make room[^]*SL-STORE-DISK-FULL/) }
    expect(await sluiceAt(home, 'approve', '--why', 'it looks good')).toMatchObject(told)
    const { pid } = JSON.parse((await sluiceAt(home, 'host', '--output', 'json')).out) as { readonly pid: number }
    process.kill(pid, 'SIGKILL')
    expect(await sluiceAt(home, 'status')).toMatchObject(told)
    expect(await written()).toEqual(before)

    rmSync(filler)
    expect(await logOf(home, id)).toBe(log)
    expect(await sluiceAt(home, 'abort', '--why', 'enough seen')).toMatchObject({ code: 1, out: expect.stringContaining('✓ Way back') })
  } finally {
    await sluiceAt(home, 'host', 'stop')
    // The host may still be closing its files.
    spawnSync('umount', ['--lazy', join(folder, disk)])
  }
}, 240_000)

/** To the last byte. */
function fill(path: string): void {
  const zeros = Buffer.alloc(1 << 20)
  for (;;)
    try {
      writeFileSync(path, zeros, { flag: 'a' })
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' })
      return
    }
}
