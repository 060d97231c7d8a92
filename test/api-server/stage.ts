import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, systemClock } from '#base/index.ts'
import { createApiServer, listen, type ApiServer, type Attributes } from '#sandbox/api-server/index.ts'
import { startControllers } from '#sandbox/controllers/index.ts'
import { PodRuntime, usualBehaviour } from '#sandbox/pods/index.ts'
import { run, type Stage } from './play.ts'

/** The recorded server let its administrator do everything and `bob` nothing. kubectl sends no token over plain HTTP, so none is asked for. */
const authorize = ({ user }: Attributes): boolean => user.name === 'admin'

/** A server with controllers on a port, and kubectl pointed at it. */
export interface Running {
  readonly api: ApiServer
  readonly url: string
  /** The same server, in another namespace. */
  stage(namespace: string, patience: number): Stage
  stop(): Promise<void>
}

/** `kubectl`: the program's path; without it kubectl steps fail. The recorded server had no DaemonSet controller: most themes want none at all. */
export async function startStage({ controllers, kubectl }: { readonly controllers: boolean; readonly kubectl?: string }): Promise<Running> {
  const random = seededRandom(Number(process.env['SLUICE_SEED'] ?? 1))
  const api = createApiServer({ clock: systemClock, random, access: { authorize } })
  const runtime = new PodRuntime({ clock: systemClock, random, usual: usualBehaviour, transport: 'calls', programFor: () => undefined })
  // The recordings' own sign for a pod that never gets ready.
  runtime.disturb(pod => pod.metadata.annotations?.['lab/never-ready'] === 'true', { readyAfter: 'never' })
  const started = controllers ? startControllers({ store: api.objects, clock: systemClock, random, runtime }) : undefined
  const listening = await listen(api)
  const url = `http://127.0.0.1:${listening.port}`
  const folder = mkdtempSync(join(tmpdir(), 'sluice-api-server-'))
  const config = join(folder, 'config')
  writeFileSync(config, kubeconfig(url))
  return {
    api,
    url,
    stage: (namespace, patience) => ({
      url,
      where: ['--kubeconfig', config, '--cache-dir', join(folder, 'cache')],
      namespace,
      patience,
      kubectl: kubectl
        ? (args, stdin) =>
            run(kubectl, ['--kubeconfig', config, '--cache-dir', join(folder, 'cache'), ...args], stdin, {
              PATH: process.env['PATH'],
              HOME: folder,
            })
        : undefined,
    }),
    async stop() {
      started?.stop()
      await listening.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'admin' } }],
    clusters: [{ name: 'sandbox', cluster: { server } }],
    users: [{ name: 'admin', user: {} }],
  })
