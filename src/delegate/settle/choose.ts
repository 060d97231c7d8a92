import { Failure } from '#base/index.ts'
import type { SettleSettings } from '#model/release/index.ts'
import { settleByAcknowledgement } from './acknowledged.ts'
import { noNeed, whySilent } from './ask-istiod.ts'
import { failures } from './failures.ts'
import type { Mesh } from './mesh.ts'
import { defaultTimes, settleBySeconds } from './seconds.ts'
import type { Settle } from './settle.ts'

/**
 * The best way to settle that the settings allow: `auto` takes acknowledgement where every istiod can be asked, else seconds, and says
 * why. `acknowledged` where that is impossible is a failure that names what is missing.
 */
export async function chooseSettle(mesh: Mesh, settings: SettleSettings, signal?: AbortSignal): Promise<Settle> {
  const times = { shift: settings.shift ?? defaultTimes.shift, removal: settings.removal ?? defaultTimes.removal }
  const bySeconds = (why: string): Settle => settleBySeconds(times, why, mesh.surroundings.clock)
  if (settings.mode === 'seconds') return bySeconds('the settings say so')
  const probed = await probe(mesh, signal)
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

/** Partial sight is no sight: every istiod must answer. Throws what is the world's doing. */
async function probe(mesh: Mesh, signal?: AbortSignal): Promise<Probed> {
  try {
    const looks = await mesh.istiods.probe({ ...noNeed, acks: true }, signal)
    if (looks.length === 0) return { is: 'unable', why: 'no istiod runs in this cluster' }
    const proxies = new Set(looks.flatMap(look => look.proxies?.value.map(({ id }) => id) ?? []))
    const many = looks.length === 1 ? 'istiod tells' : `${looks.length} istiods tell`
    return { is: 'able', why: `${many} what ${proxies.size} prox${proxies.size === 1 ? 'y has' : 'ies have'}` }
  } catch (error) {
    signal?.throwIfAborted()
    if (isOfCluster(error)) throw error
    return { is: 'unable', why: whySilent(error) }
  }
}
