import { seededRandom, systemClock, type KubernetesObject } from '#base/index.ts'
import { createSandbox, type MeshOptions, type Sandbox } from '#sandbox/index.ts'
import { cartManifests } from '../test/system/cart-world.ts'

const resources: Readonly<Record<string, string>> = {
  Service: 'services',
  Deployment: 'deployments.apps',
  DestinationRule: 'destinationrules.networking.istio.io',
  VirtualService: 'virtualservices.networking.istio.io',
  Gateway: 'gateways.networking.istio.io',
}

/** A sandbox in real time with a namespace `shop`. */
export async function openLiveSandbox(mesh: MeshOptions = {}): Promise<Sandbox> {
  const sandbox = createSandbox({ clock: systemClock, random: seededRandom(1), mesh, capacity: 1000 })
  await sandbox.start()
  sandbox.apiServer.objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, { manager: 'sluice' })
  return sandbox
}

/** A sandbox in real time on which version 1.0.0 of `cart` serves in namespace `shop`. */
export async function openLiveCart(mesh: MeshOptions = {}): Promise<Sandbox> {
  const sandbox = await openLiveSandbox(mesh)
  await createObjects(sandbox, cartManifests('1.0.0', 4), 4)
  return sandbox
}

/** Creates the objects as Sluice left them, and waits until so many pods of their Deployments are ready. */
export async function createObjects(sandbox: Sandbox, objects: readonly KubernetesObject[], pods: number): Promise<void> {
  const store = sandbox.apiServer.objects
  for (const object of objects) store.create(resources[object.kind] ?? '', object, { manager: 'sluice' })
  const ready = (): number => store.list('deployments.apps', 'shop').reduce((sum, deployment) => sum + readyReplicas(deployment), 0)
  await new Promise<void>(resolve => {
    const end = store.subscribe('deployments.apps', () => {
      if (ready() < pods) return
      end()
      resolve()
    })
  })
}

function readyReplicas({ status }: KubernetesObject): number {
  return (status as { readonly readyReplicas?: number } | undefined)?.readyReplicas ?? 0
}
