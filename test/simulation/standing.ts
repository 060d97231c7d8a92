// A world that stands, for tests that break it.
import { manifestsOf } from './application.ts'
import { conditionsOf } from './conditions.ts'
import type { Script } from './script.ts'
import { openWorld, type World } from './world.ts'

/** A small application: one rollout behind a mesh. */
export const script: Script = {
  seed: 1,
  shape: 'mesh',
  replicas: 2,
  gateways: 1,
  settle: 'acknowledged',
  steps: [{ is: 'rollout', traffic: 'auto' }],
}
const resources: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  Service: 'services',
  Gateway: 'gateways.networking.istio.io',
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
}
/** Whoever writes beside the run. */
export const someone = { manager: 'someone' }

/** The application stands and serves; nobody releases anything. */
export async function served(): Promise<World> {
  const world = await openWorld(script, conditionsOf(script, []).options)
  for (const object of manifestsOf(script, '1.0.0')) {
    const resource = resources[object.kind]
    if (resource) world.sandbox.apiServer.objects.create(resource, object, someone)
  }
  await passing(world, 10_000)
  return world
}

/** So many milliseconds pass; `look` after each event. */
export async function passing({ clock }: World, milliseconds: number, look: () => void = () => undefined): Promise<void> {
  const end = clock.now() + milliseconds
  clock.after(milliseconds, () => undefined)
  while (clock.now() < end && (await clock.step())) look()
}
