import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { deployment, destinationRule, gateway, service, virtualService } from './shop.ts'

const program = fileURLToPath(new URL('../../dist/sandbox.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sluice-sandbox-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const running: ChildProcess[] = []
afterEach(() => running.splice(0).forEach(child => child.kill('SIGKILL')))

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

function start(args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): Run {
  const child = spawn(process.execPath, [program, ...args], { stdio: [stdin, 'pipe', 'pipe'] })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output, ended: new Promise(resolve => child.once('close', resolve)) }
}

/** Waits, in real time, until something is there. */
async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 25_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`never came true: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function ready(run: Run): Promise<{ readonly api: string; readonly gateway: string }> {
  const text = await until('ready', () => (run.output().includes('seed') ? run.output() : undefined))
  expect(text.split('\n')[0]).toBe('ready')
  const of = (name: string): string => new RegExp(`^${name} +(\\S+)$`, 'm').exec(text)?.[1] ?? ''
  return { api: of('api'), gateway: of('gateway') }
}

describe('the process `sluice sandbox`', () => {
  it('serves a cluster whose gateway routes real requests to real pods, and leaves nothing behind when it is told to end', async () => {
    const kubeconfig = join(folder, 'one.yaml')
    const run = start(['--kubeconfig', kubeconfig, '--seed', '7'])
    const { api, gateway: ingress } = await ready(run)
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
      'current-context': string
      clusters: { cluster: { server: string } }[]
    }
    expect(config['current-context']).toBe('sluice-sandbox')
    expect(config.clusters[0]?.cluster.server).toBe(api)
    const post = async (path: string, object: object): Promise<void> => {
      const answer = await fetch(`${api}${path}`, {
        method: 'POST',
        body: JSON.stringify(object),
        headers: { 'content-type': 'application/json' },
      })
      expect(await answer.text()).toContain('"uid"')
    }
    const at = { apps: '/apis/apps/v1/namespaces/default/deployments', istio: '/apis/networking.istio.io/v1/namespaces/default' }
    const here = <T extends { metadata: object }>(object: T): T => ({ ...object, metadata: { ...object.metadata, namespace: 'default' } })
    await post(at.apps, here(deployment('1', 1)))
    await post(at.apps, here(deployment('2', 1)))
    await post('/api/v1/namespaces/default/services', here(service()))
    await post(`${at.istio}/gateways`, here(gateway()))
    await post(`${at.istio}/destinationrules`, here(destinationRule(['1', '2'])))
    await post(
      `${at.istio}/virtualservices`,
      here(
        virtualService([
          { subset: 'v1', weight: 50 },
          { subset: 'v2', weight: 50 },
        ]),
      ),
    )
    const seen = new Set<string>()
    await until('both versions answer through the gateway', async () => {
      // Before there is a listener the gateway resets connections.
      const version = await ask(ingress).catch(() => undefined)
      if (version) seen.add(version)
      return seen.size === 2 ? seen : undefined
    })
    expect([...seen].toSorted()).toEqual(['1', '2'])
    const { items } = (await (await fetch(`${api}/api/v1/namespaces/istio-system/pods`)).json()) as {
      items: { metadata: { name: string } }[]
    }
    const istiod = items.map(({ metadata }) => metadata.name).find(name => name.startsWith('istiod-'))
    const proxied = await fetch(`${api}/api/v1/namespaces/istio-system/pods/${istiod}:15014/proxy/debug/syncz?namespace=istio-system`)
    expect(await proxied.json()).toHaveLength(1)
    const nobody = await fetch(`${api}/api/v1/namespaces/istio-system/pods/nobody:15014/proxy/`)
    expect([nobody.status, ((await nobody.json()) as { reason: string }).reason]).toEqual([404, 'NotFound'])
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(existsSync(kubeconfig)).toBe(false)
    await expect(fetch(api)).rejects.toThrow()
  })

  it('runs beside others, and ends with the program that started it', async () => {
    const runs = ['a', 'b'].map(name =>
      start(['--kubeconfig', join(folder, `${name}.yaml`), '--attached', '--propagation', '0s..50ms'], 'pipe'),
    )
    const addresses = await Promise.all(runs.map(ready))
    expect(new Set(addresses.flatMap(({ api, gateway: ingress }) => [api, ingress])).size).toBe(4)
    for (const { child } of runs) child.stdin?.end()
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0])
    expect(existsSync(join(folder, 'a.yaml'))).toBe(false)
  })

  it("writes the kubeconfig of a sandbox that is gone again, and neither that of one that runs nor somebody else's", async () => {
    const kubeconfig = join(folder, 'again.yaml')
    const killed = start(['--kubeconfig', kubeconfig])
    await ready(killed)
    killed.child.kill('SIGKILL')
    await killed.ended
    const { api } = await ready(start(['--kubeconfig', kubeconfig]))
    const text = readFileSync(kubeconfig, 'utf8')
    const second = start(['--kubeconfig', kubeconfig])
    expect(await second.ended).toBe(2)
    expect(second.output()).toContain(
      `SL-SANDBOX-KUBECONFIG-IN-USE  sandbox: the kubeconfig ${kubeconfig} leads to a sandbox that is running (${api})`,
    )
    expect(readFileSync(kubeconfig, 'utf8')).toBe(text)

    const own = join(folder, 'own.yaml')
    writeFileSync(own, text.replaceAll('sluice-sandbox', 'production'))
    const third = start(['--kubeconfig', own])
    expect(await third.ended).toBe(2)
    expect(third.output()).toMatch(/SL-SANDBOX-KUBECONFIG-TAKEN .*own\.yaml is there/)
    expect(readFileSync(own, 'utf8')).toContain('production')
  })

  it('says in one failure what is wrong, and exits with 2', async () => {
    for (const [args, words] of [
      [['--port', '80'], /SL-SANDBOX-ARGUMENTS.*--kubeconfig FILE is missing/],
      [['--kubeconfig', join(folder, 'none', 'x')], /SL-SANDBOX-KUBECONFIG.*cannot be written/],
    ] as const) {
      const run = start(args)
      expect(await run.ended).toBe(2)
      expect(run.output()).toMatch(words)
    }
  })
})

async function ask(ingress: string): Promise<string | undefined> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = request(ingress, { headers: { host: 'shop.example.com' } }, answer => {
      answer.resume()
      resolve(answer.headers['x-version'] as string | undefined)
    })
    sent.on('error', reject).end()
  })
}
