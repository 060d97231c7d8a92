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

/** A sandbox in real time on which version 1.0.0 of `cart` serves in namespace `shop`. */
export async function openLiveCart(mesh: MeshOptions = {}): Promise<Sandbox> {
  const sandbox = createSandbox({ clock: systemClock, random: seededRandom(1), mesh })
  const store = sandbox.apiServer.objects
  await sandbox.start()
  const by = { manager: 'sluice' }
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, by)
  for (const object of cartManifests('1.0.0', 4)) store.create(resources[object.kind] ?? '', object, by)
  await new Promise<void>(resolve => {
    const end = store.subscribe('deployments.apps', () => {
      if (readyReplicas(store.get('deployments.apps', { namespace: 'shop', name: 'cart' })) < 4) return
      end()
      resolve()
    })
  })
  return sandbox
}

function readyReplicas(deployment: KubernetesObject | undefined): number {
  return (deployment?.status as { readonly readyReplicas?: number } | undefined)?.readyReplicas ?? 0
}
