import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Failure, seededRandom, systemClock } from '#base/index.ts'
import { requestOf } from '#cli/request.ts'
import { ensureHost, findHost, type HostClient } from '#cli/host-client/index.ts'
import { connectCluster, objectsOf, type ConnectedCluster } from '#delegate/kubernetes/index.ts'
import { prepareRun } from '#model/application/index.ts'
import { exampleApplication } from '#model/workflow/index.ts'
import { hostAddress, type ExecutionView } from '#protocol/http/index.ts'

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/${name}.mjs`, import.meta.url))

/** Twenty sampled moments take a minute; `SLUICE_KILLS=200 npx vitest run test/system/host-kill.test.ts` looks longer. */
const kills = Number(process.env['SLUICE_KILLS'] ?? 20)
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

/** What users are served by: the images that run, and the routing, which carries nothing of a run at rest. */
async function atRest(): Promise<unknown> {
  const list = async (path: string) => ((await cluster.request({ method: 'GET', path })).body as { items: RestingObject[] }).items
  const deployments = await list('/apis/apps/v1/namespaces/shop/deployments')
  const routing = ['virtualservices', 'destinationrules'].map(kind => list(`/apis/networking.istio.io/v1/namespaces/shop/${kind}`))
  return {
    images: deployments.map(({ metadata, spec }) => `${metadata.name} ${spec.template?.spec.containers[0]?.image}`),
    paused: deployments.map(({ spec }) => spec.paused ?? false),
    routing: (await Promise.all(routing))
      .flat()
      .map(({ metadata: { name, labels, annotations }, spec }) => ({ name, labels, annotations, spec })),
  }
}

interface RestingObject {
  readonly metadata: { readonly name: string; readonly labels?: object; readonly annotations?: object }
  readonly spec: { readonly paused?: boolean; readonly template?: { readonly spec: { readonly containers: readonly { image: string }[] } } }
}

/** Kills the host of a run at random moments, until the run has ended or there are enough; gives how often. */
async function killDuring(id: string, most: number, random: () => number): Promise<number> {
  for (let killed = 0; killed < most; killed++) {
    const client = await host()
    await new Promise(resolve => setTimeout(resolve, random() * 1500))
    const { ended } = await client.get(id)
    if (ended !== undefined) return killed
    process.kill((await client.host()).pid, 'SIGKILL')
  }
  return most
}

/** What it says where it is not. */
function isDone({ status, says, failure }: ExecutionView): void {
  expect(status === 'done' ? status : JSON.stringify({ status, says, failure })).toBe('done')
}

it(`P3: runs whose host is killed ${kills} times (seed ${seed}) go on, and end as one that nobody disturbed`, async () => {
  const random = seededRandom(seed)
  isDone(await end(await start('1.0.0')))
  const undisturbed = (await atRest()) as object

  for (let killed = 0, version = 2; killed < kills; version++) {
    const id = await start(`${version}.0.0`)
    killed += await killDuring(id, kills - killed, random)
    expect(await end(id)).toMatchObject({
      status: 'done',
      exit: 0,
      releases: [{ fromVersion: `${version - 1}.0.0`, toVersion: `${version}.0.0` }],
    })
    expect(await atRest()).toEqual({ ...undisturbed, images: [`cart ghcr.io/acme/cart:${version}.0.0`] })
  }
}, 900_000)
