import { parseDuration, rememberedOf, type KubernetesObject } from '#base/index.ts'
import { backoff, openMirror, orAborted, type Mirror, type Objects, type Surroundings } from '#delegate/kubernetes/index.ts'
import { askEndpointClusters, askIstiod, noNeed, type Need } from './ask-istiod.ts'
import { istiodRoads, whySilent } from './istiod-roads.ts'
import type { IstiodLook } from './tracker.ts'

/** Milliseconds: first and longest wait before an istiod that did not answer is asked again. */
const delays = { first: 250, most: 15_000 }

/** Istio's defaults of PILOT_DEBOUNCE_AFTER and PILOT_DEBOUNCE_MAX, and room for making and queueing a push (milliseconds). */
const debounce = { after: 100, max: 10_000, room: 1000 }

/** What a round of asking gave. */
export interface Asked {
  readonly looks: readonly IstiodLook[]
  readonly running: readonly KubernetesObject[]
  readonly silence: Silence
}

/** Who did not answer, in a few words. */
export interface Silence {
  /** Why no istiod answered; undefined when one did. */
  readonly ofAll: string | undefined
  /** Why one of them did not; undefined when all did. */
  readonly ofSome: string | undefined
}

/** The istiods of one cluster: which run (kept by a watch), and what they answer. One that does not answer is left in peace for a while. */
export interface Istiods {
  /** Rejects when the pods may not be listed, or the cluster does not answer. */
  running(signal?: AbortSignal): Promise<readonly KubernetesObject[]>
  /** Asks all of them, partial answers are no answer. Rejects as `running`. */
  ask(need: Need & { readonly scope: string | undefined }): Promise<Asked>
  /** Asks once, without regard to earlier silence; rejects when one of them does not answer, or when there is none. */
  probe(need: Need, signal?: AbortSignal): Promise<readonly IstiodLook[]>
  /** Clusters with endpoints of a Service, by the first istiod; undefined where none runs. Rejects when it does not answer. */
  endpointClusters(host: string, signal?: AbortSignal): Promise<readonly string[] | undefined>
  close(): void
}

const collection = { apiVersion: 'v1', kind: 'Pod', labels: 'app=istiod' }

export function openIstiods(objects: Objects, surroundings: Surroundings): Istiods {
  const { clock, random } = surroundings
  const roads = istiodRoads(objects.cluster, clock)
  const closing = new AbortController()
  const excused = new Map<string, { readonly delay: ReturnType<typeof backoff>; until: number; why: string }>()
  let mirror: Promise<Mirror> | undefined

  const running = async (signal?: AbortSignal): Promise<readonly KubernetesObject[]> => {
    const forget = (): void => void (mirror = undefined)
    // The watch outlives whoever opened it, so it ends with this object alone.
    mirror ??= openMirror(objects, collection, surroundings, forget, closing.signal)
    mirror.catch(forget)
    return (await orAborted(mirror, signal)).objects().filter(isRunning)
  }
  const one = (pod: KubernetesObject, need: Need & { readonly scope: string | undefined }, signal: AbortSignal): Promise<IstiodLook> =>
    askIstiod(roads, pod, need, signal)

  const tried = async (pod: KubernetesObject, need: Need & { readonly scope: string | undefined }): Promise<IstiodLook | string> => {
    const { name } = pod.metadata
    const excuse = excused.get(name)
    if (excuse && excuse.until > clock.now()) return excuse.why
    try {
      const look = await one(pod, need, closing.signal)
      excused.delete(name)
      return look
    } catch (error) {
      const delay = excuse?.delay ?? backoff(delays, random)
      const why = whySilent(error)
      excused.set(name, { delay, until: clock.now() + delay.next(), why })
      return why
    }
  }

  return {
    running,
    async ask(need) {
      const pods = await running()
      const names = new Set(pods.map(({ metadata }) => metadata.name))
      for (const name of excused.keys()) if (!names.has(name)) excused.delete(name)
      const answers = await Promise.all(pods.map(pod => tried(pod, need)))
      const looks = answers.filter(answer => typeof answer !== 'string')
      const ofSome = pods.length === 0 ? 'no istiod runs' : answers.find(answer => typeof answer === 'string')
      return { looks, running: pods, silence: { ofAll: looks.length > 0 ? undefined : ofSome, ofSome } }
    },
    async probe(need, signal) {
      const pods = await running(signal)
      const ends = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
      return Promise.all(pods.map(pod => one(pod, { ...noNeed, ...need, scope: undefined }, ends)))
    },
    async endpointClusters(host, signal) {
      const [pod] = await running(signal)
      return pod && askEndpointClusters(roads, pod, host, signal)
    },
    close() {
      closing.abort()
      mirror?.then(opened => opened.close()).catch(() => undefined)
    },
  }
}

/** See TrackerTerms: from the debounce that istiod's pods are set to. */
export function boundOf(istiods: readonly KubernetesObject[]): number {
  const set = (name: string, usual: number): number => Math.max(...istiods.map(pod => environmentOf(pod, name)), usual)
  return set('PILOT_DEBOUNCE_MAX', debounce.max) + set('PILOT_DEBOUNCE_AFTER', debounce.after) + debounce.room
}

/** See TrackerTerms: the longest debounce of these istiods after a single change, and room for making and queueing its push. */
export function calmOf(istiods: readonly KubernetesObject[]): number {
  return Math.max(...istiods.map(pod => environmentOf(pod, 'PILOT_DEBOUNCE_AFTER')), debounce.after) + debounce.room
}

/** Milliseconds for which istiods wait at least after a change before they begin a push of it. */
export function quietOf(istiods: readonly KubernetesObject[]): number {
  return Math.min(...istiods.map(pod => environmentOf(pod, 'PILOT_DEBOUNCE_AFTER') || debounce.after))
}

function isRunning({ metadata, status }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined && (status as { readonly phase?: string } | undefined)?.phase === 'Running'
}

interface PodSpec {
  readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[]
}

/** A duration in a pod's environment (milliseconds); 0 where it is not set. */
function environmentOf(pod: KubernetesObject, name: string): number {
  return durationsIn(pod).get(name) ?? 0
}

/** The longest, where several containers have one of the name. Every round asks for the same few pods again. */
const durationsIn = rememberedOf((pod: KubernetesObject): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const { env = [] } of ((pod.spec ?? {}) as PodSpec).containers ?? [])
    for (const { name, value = '' } of env) found.set(name, Math.max(found.get(name) ?? 0, parseDuration(value) ?? 0))
  return found
})
