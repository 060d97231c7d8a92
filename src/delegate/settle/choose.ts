import { Failure, sleep, type KubernetesObject } from '#base/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import { settleByAcknowledgement } from './acknowledged.ts'
import { noNeed } from './ask-istiod.ts'
import { failures } from './failures.ts'
import { together } from './expected-proxies.ts'
import { whySilent } from './istiod-roads.ts'
import type { Mesh } from './mesh.ts'
import type { IstiodLook } from './tracker.ts'
import { missingSight } from './whole-sight.ts'
import { defaultTimes, settleBySeconds } from './seconds.ts'
import type { Settle } from './settle.ts'

/**
 * The best way to settle that the settings allow: `auto` takes acknowledgement where every istiod can be asked and shows all that these
 * routes reach, else seconds, and says why. `acknowledged` where that is impossible is a failure that names what is missing.
 */
export async function chooseSettle(
  mesh: Mesh,
  settings: SettleSettings,
  routes: readonly KubernetesObject[],
  signal?: AbortSignal,
): Promise<Settle> {
  const times = { shift: settings.shift ?? defaultTimes.shift, removal: settings.removal ?? defaultTimes.removal }
  const bySeconds = (why: string): Settle => settleBySeconds(times, why, mesh.surroundings.clock)
  if (settings.mode === 'seconds') return bySeconds('the settings say so')
  const probed = await probe(mesh, routes, signal)
  if (probed.is === 'able') return settleByAcknowledgement(mesh, probed.why, bySeconds(probed.why))
  if (settings.mode === 'auto') return bySeconds(probed.why)
  throw failures.CANNOT_ACKNOWLEDGE({ cluster: mesh.objects.cluster.name, why: probed.why })
}

interface Probed {
  readonly is: 'able' | 'unable'
  readonly why: string
}

/** The API server itself does not answer: nothing can be said of istiod then. */
function isOfCluster(error: unknown): boolean {
  return error instanceof Failure && error.blame === 'world' && error.code !== 'SL-KUBERNETES-POD-UNREACHABLE'
}

/** Partial sight is no sight: every istiod must answer, and show everything. Throws what is the world's doing. */
async function probe(mesh: Mesh, routes: readonly KubernetesObject[], signal?: AbortSignal): Promise<Probed> {
  try {
    const { looks, missing } = await lookTwice(mesh, routes, signal)
    if (looks.length === 0) return { is: 'unable', why: 'no istiod runs in this cluster' }
    if (missing !== undefined) return { is: 'unable', why: missing }
    const proxies = new Set(looks.flatMap(look => look.proxies?.value.map(({ id }) => id) ?? []))
    const many = looks.length === 1 ? 'istiod tells' : `${looks.length} istiods tell`
    return { is: 'able', why: `${many} what ${proxies.size} prox${proxies.size === 1 ? 'y has' : 'ies have'}` }
  } catch (error) {
    signal?.throwIfAborted()
    if (isOfCluster(error)) throw error
    return { is: 'unable', why: whySilent(error) }
  }
}

interface Looked {
  readonly looks: readonly IstiodLook[]
  readonly missing: string | undefined
}

/** How often and after how many milliseconds something missing is looked for again: a new object is read, a lost proxy back within 2 s. */
const again = { times: 4, after: 500 }

/** A proxy may just turn to another istiod, and an object may have been written just now: only what stays missing is missing. */
async function lookTwice(mesh: Mesh, routes: readonly KubernetesObject[], signal?: AbortSignal): Promise<Looked> {
  const stored = routes.filter(({ metadata }) => metadata.uid !== undefined)
  let looked = await look(mesh, stored, signal)
  for (let time = 0; time < again.times && looked.missing !== undefined; time++) {
    await sleep(mesh.surroundings.clock, again.after, signal)
    looked = await look(mesh, stored, signal)
  }
  return looked
}

async function look(mesh: Mesh, routes: readonly KubernetesObject[], signal?: AbortSignal): Promise<Looked> {
  const [looks, istiods, reached] = await Promise.all([
    mesh.istiods.probe({ ...noNeed, acks: true, configs: routes.length > 0 }, signal),
    mesh.istiods.running(signal),
    Promise.all(routes.map(route => mesh.proxies.find(route, signal))),
  ])
  const { pods } = together(reached)
  return { looks, missing: missingSight({ looks, istiods, routes, reached: pods?.() }) }
}
