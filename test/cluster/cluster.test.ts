// The suite for real clusters, played as people start it, on a sandbox that is a process of its own.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { stories } from './stories/index.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'sluice-cluster-test-'))
const kubeconfig = join(folder, 'kubeconfig')

let sandbox: ChildProcess
let api: string
beforeAll(async () => {
  const program = join(root, 'dist/sandbox.mjs')
  sandbox = spawn(process.execPath, [program, '--kubeconfig', kubeconfig, '--gateways', '2', '--nginx', '--attached'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise<void>(resolve => sandbox.stdout?.on('data', (said: Buffer) => /^ready/m.test(said.toString()) && resolve()))
  api = /http:\/\/[\d.:]+/.exec(readFileSync(kubeconfig, 'utf8'))?.[0] ?? ''
})
afterAll(async () => {
  const gone = new Promise(resolve => sandbox.once('exit', resolve))
  sandbox.kill('SIGKILL')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly code: number
  readonly text: string
}

/** `child` is called with the process at once. */
function suite(args: readonly string[], child: (process: ChildProcess) => void = () => undefined): Promise<Said> {
  const all = [join(root, 'tools/test-cluster.mjs'), '--context', 'sluice-sandbox', '--kubeconfig', kubeconfig, ...args]
  return new Promise(resolve => {
    child(execFile(process.execPath, all, (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), text: out + err })))
  })
}

async function namespaces(): Promise<readonly string[]> {
  const { items } = (await (await fetch(`${api}/api/v1/namespaces`)).json()) as { readonly items: readonly KubernetesObject[] }
  return items.map(({ metadata }) => metadata.name)
}

it('plays every story, loses no request, and leaves the cluster as it was', async () => {
  const before = await namespaces()
  const { code, text } = await suite(['--load', '10'])
  // Whole, line by line: the report of a failed story is what its reader needs.
  expect([code, ...text.split('\n')]).toEqual(expect.arrayContaining([0]))
  expect(text).toMatch(/^requests [1-9]\d{2,}, lost 0, wrong version 0$/m)
  for (const { name } of stories)
    expect(text).toMatch(new RegExp(`^✓ ${name} +passed .* [1-9]\\d+ requests, lost 0, wrong version 0$`, 'm'))
  expect(await namespaces()).toEqual(before)
}, 600_000)

it('cleans up when it is interrupted in the middle of a story', async () => {
  const before = await namespaces()
  let run: ChildProcess | undefined
  const ended = suite(['--story', 'abort', '--namespace', 'cut-short'], child => (run = child))
  const deployments = async (): Promise<number> => {
    const { items } = (await (await fetch(`${api}/apis/apps/v1/deployments`)).json()) as { readonly items: readonly KubernetesObject[] }
    return items.filter(({ metadata }) => metadata.namespace?.startsWith('cut-short-')).length
  }
  await expect.poll(deployments, { timeout: 100_000 }).toBe(1)
  run?.kill('SIGINT')
  expect(await ended).toEqual({ code: 130, text: expect.stringMatching(/interrupted\ndeleted: 1 namespaces\n$/) })
  expect(await namespaces()).toEqual(before)
}, 200_000)

it('refuses a story that needs a mesh which is not there, in words, and writes nothing', async () => {
  const before = await namespaces()
  const { code, text } = await suite(['--story', 'canary', '--gateway', 'istio-system/none'])
  expect({ code, text }).toEqual({ code: 5, text: expect.stringContaining('there is no ingress gateway: no Service istio-system/none') })
  expect(await namespaces()).toEqual(before)
})

it('says what is wrong with its arguments', async () => {
  expect(await suite(['--story', 'none'])).toEqual({ code: 2, text: expect.stringContaining('--story none: there are canary, approved') })
})

it('says why the cluster cannot be asked, and what to do', async () => {
  const { code, text } = await suite(['--context', 'none'])
  expect({ code, text }).toEqual({ code: 5, text: expect.stringMatching(/no context "none", only sluice-sandbox\n  what to do: ./) })
})

/** An API server that knows who asks, and allows nothing but to ask what is allowed. */
async function openGuard(): Promise<Server> {
  const refused = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Forbidden',
    code: 403,
    message: 'it is forbidden: User "ada" cannot list resource "all"',
  }
  const guard = createServer((asked, answer) => {
    void (async () => {
      const { url = '', method = '' } = asked
      const text = (await asked.toArray()).join('')
      const isOpen = url === '/version' || /^[/]apis?([/][^/?]+){0,2}$/.test(url)
      const may = url.includes('selfsubjectaccessreviews') && { ...(JSON.parse(text) as object), status: { allowed: false } }
      const body = isOpen ? await (await fetch(`${api}${url}`, { method })).text() : JSON.stringify(may || refused)
      answer.writeHead(isOpen ? 200 : may ? 201 : 403, { 'content-type': 'application/json' }).end(body)
    })()
  })
  await new Promise<void>(resolve => guard.listen(0, '127.0.0.1', resolve))
  return guard
}

it('names the rights that are missing, kind by kind, and writes nothing', async () => {
  const before = await namespaces()
  const guard = await openGuard()
  try {
    const guarded = join(folder, 'guarded')
    const { port } = guard.address() as AddressInfo
    writeFileSync(guarded, readFileSync(kubeconfig, 'utf8').replace(api, `http://127.0.0.1:${port}`))
    const { code, text } = await suite(['--kubeconfig', guarded])
    expect(text).toMatch(/^mesh +none: it cannot be seen: no right to list pods in istio-system$/m)
    expect(text).toMatch(/^rights +missing: namespaces [(]get create delete[)], configmaps [(]get list watch create patch delete[)], /m)
    expect({ code, text }).toEqual({ code: 5, text: expect.stringContaining('Nothing was written') })
    expect(await namespaces()).toEqual(before)
  } finally {
    guard.closeAllConnections()
    guard.close()
  }
})
