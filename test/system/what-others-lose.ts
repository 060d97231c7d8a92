import type { KubernetesObject } from '#base/index.ts'
import { TRACK, templateOf, versionName } from '#model/release/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import type { Tally } from './traffic-ledger.ts'

// Two runs in which other tools lose users' requests, or leave users on an aborted version: a mesh that is 3 s late, pods that stop at once.

/** Milliseconds: as slow as the mesh was on which the others were measured. */
const propagation = 3000
/** Beside the propagation: istiod's debounce, and a push that was merged with the one before. */
const late = propagation + 1000
/** Milliseconds of virtual time between two requests: 300 a second and a few. */
const gap = 3

/** A world at 50 %, under load: version 2.0.0 waits for a person. */
export interface AtHalf {
  readonly world: CartWorld
  readonly plane: ControlPlane
  readonly first: string
  close(): Promise<void>
}

export async function openAtHalf(): Promise<AtHalf> {
  const world = await CartWorld.open({ late, mesh: { gateways: 2, propagation: () => propagation } })
  const plane = new ControlPlane(world)
  const first = await plane.start(halfWorkflow('2.0.0'), '2.0.0')
  world.ledger.start(gap)
  await plane.until(first, asksForApproval)
  await world.clock.advance(10_000)
  return {
    world,
    plane,
    first,
    async close() {
      await plane.close()
      await world.close()
    },
  }
}

const halfWorkflow = (version: string) => cartWorkflow(version, { mode: 'acknowledged' }, 50)
const asksForApproval = (view: ExecutionView): boolean => view.question?.step === 'canary/verify/2'

export interface Interrupted {
  readonly tally: Tally
  /** What the new version had, in percent, as soon as there was a workload of it. */
  readonly beganWith: number
  /** From the command until the first one was back, and until the new one was done; milliseconds. */
  readonly back: number
  readonly took: number
}

/** Version 3.0.0 arrives while 2.0.0 has 50 %. */
export async function interrupt(half: AtHalf): Promise<Interrupted> {
  const { world, plane, first } = half
  const shares: number[] = []
  const note = (): void => void shares.push(...shareOfNew(world, '3.0.0'))
  const store = world.sandbox.apiServer.objects
  const stops = ['virtualservices.networking.istio.io', 'deployments.apps'].map(resource => store.subscribe(resource, note))
  const began = world.clock.now()
  const second = await plane.start(halfWorkflow('3.0.0'), '3.0.0', { key: 'second', supersede: true })
  await plane.until(second, view => {
    if (asksForApproval(view)) void plane.command(second, { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
  const took = world.clock.now() - began
  for (const stop of stops) stop()
  const back = Date.parse((await plane.view(first)).ended ?? '') - began
  return { tally: await world.clock.runUntil(world.ledger.stop()), beganWith: shares[0] ?? 100, back, took }
}

/** The canary's weight, where the canary's pods are of a version. */
function shareOfNew({ sandbox }: CartWorld, version: string): readonly number[] {
  const store = sandbox.apiServer.objects
  const canary = store.get('deployments.apps', { namespace: 'shop', name: 'cart-canary' })
  return canary && versionName(templateOf(canary)) === version
    ? [declared(store.list('virtualservices.networking.istio.io', 'shop')[0], 'canary')]
    : []
}

function declared(route: KubernetesObject | undefined, subset: string): number {
  const spec = route?.spec as { http: { route: { destination: { subset?: string }; weight?: number }[] }[] } | undefined
  return spec?.http[0]?.route.find(row => row.destination.subset === subset)?.weight ?? 0
}

export interface AbortedUnready {
  readonly tally: Tally
  /** Percent that the old version was given first, and milliseconds from the command until the API server had it. */
  readonly given: number
  readonly declaredAfter: number
  /** Milliseconds from the command until every gateway sent that much (`--now`: everything) to the old version. */
  readonly arrivedAfter: number
}

/** One of the four old pods stops being ready at 50 %; then somebody aborts. `now`: everything at once, whatever the three can carry. */
export async function abortUnready({ world, plane, first }: AtHalf, now: boolean): Promise<AbortedUnready> {
  const store = world.sandbox.apiServer.objects
  const [ill] = store.list('pods', 'shop').filter(pod => pod.metadata.labels?.[TRACK] === undefined)
  world.sandbox.switches.pods({ name: ill?.metadata.name ?? '' }, { readyAfter: 'never' })
  await world.clock.advance(late + 1000)
  const began = world.clock.now()
  let given: { readonly share: number; readonly at: number } | undefined
  const stop = store.subscribe('virtualservices.networking.istio.io', () => {
    const share = declared(store.list('virtualservices.networking.istio.io', 'shop')[0], 'stable')
    if (share !== 50) given ??= { share, at: world.clock.now() - began }
  })
  await plane.command(first, { do: 'abort', now, who: 'bob' })
  while (!everywhere(world, given?.share)) await world.clock.advance(50)
  const arrivedAfter = world.clock.now() - began
  stop()
  world.sandbox.switches.pods({ name: ill?.metadata.name ?? '' }, { readyAfter: 0 })
  await plane.until(first, view => view.ended !== undefined)
  const tally = await world.clock.runUntil(world.ledger.stop())
  return { tally, given: given?.share ?? 0, declaredAfter: given?.at ?? Infinity, arrivedAfter }
}

/** Every gateway gives stable this share. */
function everywhere({ sandbox }: CartWorld, percent: number | undefined): boolean {
  return (
    percent !== undefined &&
    sandbox
      .shares({ host: 'test.com' })
      .every(({ destinations }) =>
        destinations.some(({ cluster, share }) => cluster.includes('|stable|') && Math.round(share * 100) === percent),
      )
  )
}

/** The line with which both benches close. */
export function closingLine({ requests, lost, wrongVersion }: Pick<Tally, 'requests' | 'lost' | 'wrongVersion'>): string {
  return `requests ${requests.toLocaleString('en')}, lost ${lost}, wrong version ${wrongVersion}`
}
