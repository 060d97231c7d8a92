import type { KubernetesObject } from '#base/index.ts'
import { shop } from './application.ts'
import { edit } from './edits.ts'
import type { Fault } from './faults.ts'
import type { Stage } from './stage.ts'

/** What troubles need beside the stage. */
export interface Reach {
  readonly stage: Stage
  /** The world itself has broken these pods of a side. */
  harmed(side: 'stable' | 'canary', pods: readonly string[]): void
  /** The canary has a share of the requests, by what is declared. */
  isCarrying(): boolean
  /** So many answers of the new version are errors. */
  failing(share: number): void
  supersede(): void
  command(command: { readonly do: 'abort'; readonly now: boolean } | { readonly do: 'pause' } | { readonly do: 'resume' }): void
  /** The way back by the record in the cluster alone, by somebody else than the host. */
  restore(): Promise<void>
  /** Somebody has edited an object of the release. */
  edited(of: string): void
}

type Apply = { readonly [Is in Fault['is']]?: (fault: Extract<Fault, { is: Is }>, reach: Reach) => void }

/** Sets every trouble of a run up; those that are part of the world from its beginning are set up with it. */
export function setUpTroubles(reach: Reach): void {
  for (const fault of reach.stage.faults) (apply[fault.is] as ((fault: Fault, reach: Reach) => void) | undefined)?.(fault, reach)
}

const apply: Apply = {
  disconnect: ({ when, gateway, for: length }, { stage }) =>
    stage.at(when, () => {
      const all = [...stage.world.sandbox.mesh.gateways.keys()].toSorted()
      const name = all[gateway % all.length]
      if (name !== undefined) stage.world.sandbox.mesh.disconnect(name, length)
    }),
  proxyGone: ({ when, which }, { stage }) =>
    stage.at(when, () => {
      const all = stage.world.sandbox.nginx()
      const name = all[which % all.length]?.pod
      if (name !== undefined) stage.world.sandbox.switches.crash({ namespace: 'ingress-nginx', name })
    }),
  brokenRoute: ({ when, for: length }, { stage }) =>
    stage.at(when, () => {
      const { sandbox, clock } = stage.world
      sandbox.switches.webhook(false)
      sandbox.apiServer.objects.create('virtualservices.networking.istio.io', strangersRoute, stranger)
      clock.after(length, () => {
        sandbox.apiServer.objects.delete('virtualservices.networking.istio.io', { namespace: 'default', name: 'strangers' })
        sandbox.switches.webhook(true)
      })
    }),
  api: (fault, { stage }) => stage.at(fault.when, () => stage.setApi(fault)),
  lateCreate: (fault, { stage, command }) =>
    stage.behindCreate(fault, () =>
      stage.world.clock.after(fault.after, () =>
        fault.down === 'abort' ? command({ do: 'abort', now: false }) : stage.killCurrent(fault.down),
      ),
    ),
  watchDropped: ({ when, expired }, { stage }) => stage.at(when, () => stage.dropWatches(expired)),
  watchLate: ({ when, for: length, by }, { stage }) => stage.at(when, () => stage.setLag(by, length)),
  cut: ({ when, for: length, from }, { stage }) => stage.at(when, () => stage.cut(from, length)),
  freeze: ({ when, for: length, which }, { stage }) =>
    stage.at(when, () => {
      const process = stage.processes.filter(each => each.isAlive())[which]
      process?.freeze()
      stage.world.clock.after(length, () => process?.thaw())
    }),
  alone: ({ when, frozen, for: length }, { stage }) => stage.at(when, () => stage.isolate(frozen, length)),
  failing: ({ when, share }, { stage, failing }) => stage.at(when, () => failing(share)),
  podGone: (fault, reach) => reach.stage.at(fault.when, () => harmWhenDue(fault, reach)),
  load: ({ when, replicas }, { stage }) => stage.at(when, () => setLoad(stage, replicas)),
  edit: ({ when, of }, reach) => reach.stage.at(when, () => edit(of, reach.stage, reach.edited)),
  supersede: ({ when }, reach) => reach.stage.at(when, () => reach.supersede()),
  abort: ({ when, now }, reach) => reach.stage.at(when, () => reach.command({ do: 'abort', now })),
  pause: ({ when, for: length }, reach) =>
    reach.stage.at(when, () => {
      reach.command({ do: 'pause' })
      reach.stage.world.clock.after(length, () => reach.command({ do: 'resume' }))
    }),
  sleep: ({ when, restored, for: length }, reach) =>
    reach.stage.at(when, () => {
      const goOn = reach.stage.freezeAll()
      const { clock } = reach.stage.world
      clock.after(restored, () => void reach.restore().then(() => clock.after(length, goOn)))
    }),
  restore: ({ when, down }, reach) =>
    reach.stage.at(when, () => {
      const comeBack = reach.stage.killAll()
      // Longer than a Lease of a process, so that nothing of it is under way any more.
      reach.stage.world.clock.after(500, () => void reach.restore().then(() => reach.stage.world.clock.after(down, comeBack)))
    }),
}

const stranger = { manager: 'stranger' }

const strangersRoute: KubernetesObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'strangers', namespace: 'default' },
  spec: {
    gateways: [`${shop}/cart-gateway`],
    hosts: ['strangers.com'],
    http: [
      {
        route: [
          { destination: { host: 'a' }, weight: 0 },
          { destination: { host: 'b' }, weight: 0 },
        ],
      },
    ],
  },
}

/** Milliseconds for which a pod that becomes unready is so. */
export const unreadyFor = 60_000

/** Weight comes and goes by writes: it looks again behind the next one. */
function harmWhenDue(fault: Extract<Fault, { is: 'podGone' }>, reach: Reach): void {
  const { stage, isCarrying } = reach
  if (fault.carrying !== true || isCarrying()) return harm(fault, reach)
  stage.at({ write: stage.writes.length + 1, delay: fault.when.delay }, () => harmWhenDue(fault, reach))
}

function harm({ side, how, all }: Extract<Fault, { is: 'podGone' }>, { stage, harmed }: Reach): void {
  const pods = stage.podsOf(side)
  const victims = all ? pods : pods.slice(0, 1)
  const { sandbox, clock } = stage.world
  harmed(
    side,
    victims.map(({ name }) => name),
  )
  for (const pod of victims) {
    if (how === 'crash') sandbox.switches.crash(pod)
    else if (how === 'evict') sandbox.apiServer.objects.delete('pods', pod)
    else {
      sandbox.switches.pods({ name: pod.name }, { readyAfter: 'never' })
      clock.after(unreadyFor, () => sandbox.switches.pods({ name: pod.name }, { readyAfter: 0 }))
    }
  }
}

function setLoad({ world }: Stage, replicas: number): void {
  const store = world.sandbox.apiServer.objects
  const key = { namespace: shop, name: 'cart' }
  if (store.get('horizontalpodautoscalers.autoscaling', key) === undefined) return
  const annotations = { 'sandbox.sluice.dev/wanted-replicas': String(replicas) }
  store.patch('horizontalpodautoscalers.autoscaling', key, { metadata: { annotations } }, { manager: 'load' })
}
