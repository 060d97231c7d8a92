import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Failure, seededRandom, systemClock } from '#base/index.ts'
import { requestOf } from '#cli/commands/run.ts'
import { ensureHost, findHost, type HostClient } from '#cli/host-client/index.ts'
import { connectCluster, objectsOf, type ConnectedCluster } from '#delegate/kubernetes/index.ts'
import { prepareRun } from '#model/application/index.ts'
import { exampleApplication } from '#model/workflow/index.ts'
import { hostAddress, type ExecutionView } from '#protocol/http/index.ts'

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/${name}.mjs`, import.meta.url))

/** Two kills show that it works; `SLUICE_KILLS=20 npx vitest run test/system/host-kill.test.ts` is the proof. */
const kills = Number(process.env['SLUICE_KILLS'] ?? 2)
const seed = Number(process.env['SLUICE_SEED'] ?? Date.now() % 100_000)

const documents = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec: { image: ghcr.io/acme/cart, manifests: [manifests/], values: [values.yaml] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: demo }
spec: { production: false, bypass: accept }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: sandbox }
spec: { environment: demo, cluster: { context: sluice-sandbox }, namespace: shop, settle: { mode: seconds, shift: 500ms, removal: 1s }, drain: 1s }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  infrastructure: sandbox
  phases:
    - name: Canary
      deploy:
        - canaryDeployment: { instances: 25% }
        - trafficSplit: { canary: 10 }
        - trafficSplit: { canary: 50 }
    - name: Primary
      deploy:
        - rolloutDeployment: { traffic: auto }
        - canaryDelete: {}
`
const files = [
  { path: 'sluice.yaml', text: documents },
  ...exampleApplication({ name: 'cart', image: 'ghcr.io/acme/cart', namespace: 'shop', context: 'sluice-sandbox' }).filter(
    file => file.path !== 'sluice.yaml',
  ),
]

let folder: string
let sandbox: ChildProcess
let cluster: ConnectedCluster

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-kill-'))
  sandbox = spawn(process.execPath, [dist('sandbox'), '--kubeconfig', kubeconfig(), '--attached'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise<void>(resolve => sandbox.stdout?.on('data', (said: Buffer) => /^ready/m.test(said.toString()) && resolve()))
  cluster = connectCluster({ kubeconfig: kubeconfig(), context: 'sluice-sandbox' })
  const objects = objectsOf(cluster, { clock: systemClock, random: Math.random })
  await objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, { fieldManager: 'test' })
})

afterEach(async () => {
  const host = await findHost(address())
  if (host) process.kill((await host.host()).pid, 'SIGKILL')
  cluster.close()
  const gone = new Promise(resolve => sandbox.once('exit', resolve))
  sandbox.kill('SIGKILL')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

const kubeconfig = (): string => join(folder, 'kubeconfig')
const address = () => hostAddress({ env: { SLUICE_HOME: join(folder, 'home') }, home: '/', cwd: '/', uid: process.getuid?.() ?? 0 })
const host = (): Promise<HostClient> => ensureHost(address(), { file: dist('host'), env: { KUBECONFIG: kubeconfig() } })

async function start(tag: string): Promise<string> {
  const client = await host()
  return (await client.start(requestOf(await prepareRun(files, 'canary', { tag })))).id
}

/** Follows an execution to its end, over as many hosts as that takes. */
async function end(id: string): Promise<ExecutionView> {
  for (;;) {
    const view = await follow(id).catch((error: unknown) => {
      if (!(error instanceof Failure) || (error.code !== 'SL-HOST-GONE' && error.code !== 'SL-HOST-NOT-RUNNING')) throw error
    })
    if (view) return view
  }
}

async function follow(id: string): Promise<ExecutionView> {
  const client = await host()
  for await (const event of client.events(id)) if (event.type === 'end') break
  return client.get(id)
}

/** The objects of the release, as they run. */
async function running(): Promise<readonly string[]> {
  const { body } = await cluster.request({ method: 'GET', path: '/apis/apps/v1/namespaces/shop/deployments' })
  const { items } = body as { items: { metadata: { name: string }; spec: { template: { spec: { containers: { image: string }[] } } } }[] }
  return items.map(item => `${item.metadata.name} ${item.spec.template.spec.containers[0]?.image}`)
}

it(`P3: a host that is killed ${kills} times in the middle of a run (seed ${seed}) goes on, and ends the same`, async () => {
  const random = seededRandom(seed)
  expect(await end(await start('1.0.0'))).toMatchObject({ status: 'done' })
  const id = await start('2.0.0')

  let killed = 0
  while (killed < kills) {
    const client = await host()
    await new Promise(resolve => setTimeout(resolve, random() * 1500))
    const { ended } = await client.get(id)
    if (ended !== undefined) break
    process.kill((await client.host()).pid, 'SIGKILL')
    killed++
  }
  const view = await end(id)

  expect(killed).toBeGreaterThan(0)
  expect(view).toMatchObject({ status: 'done', exit: 0, releases: [{ fromVersion: '1.0.0', toVersion: '2.0.0' }] })
  expect(await running()).toEqual(['cart ghcr.io/acme/cart:2.0.0'])
}, 600_000)
