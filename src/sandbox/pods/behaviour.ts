import { parseDuration, type KubernetesObject } from '#base/index.ts'
import { imageOf, imageTag } from './pod-object.ts'

/** How the process of a pod behaves. Every field can be told by the image's tag, an annotation or a switch on the running sandbox. */
export interface Behaviour {
  /** Percent of requests answered with 500. */
  readonly errors: number
  /** Milliseconds before each answer. */
  readonly latency: number
  /** Milliseconds from the start of the container to readiness; `never` where it stays unready. */
  readonly readyAfter: number | 'never'
  /** What the process does with SIGTERM: end at once (open connections are reset), or finish what it is answering first. */
  readonly stops: 'at-once' | 'gracefully'
  /** Milliseconds from the start of the container to its exit with an error; undefined: it stays up. */
  readonly crashesAfter: number | undefined
  /** Whether the registry has the image. */
  readonly pulls: boolean
}

/** The lab behind facts/measured.md: 5 ms latency, ready 1 s after the start, and processes that end at once on SIGTERM. */
export const usualBehaviour: Behaviour = {
  errors: 0,
  latency: 5,
  readyAfter: 1000,
  stops: 'at-once',
  crashesAfter: undefined,
  pulls: true,
}

/** Words in an image's tag, and what they do: `shop/cart:2.0.0-bad`. */
const tagWords: Readonly<Record<string, Partial<Behaviour>>> = {
  bad: { errors: 50 },
  slow: { latency: 500 },
  unready: { readyAfter: 'never' },
  crash: { crashesAfter: 100 },
  nopull: { pulls: false },
  graceful: { stops: 'gracefully' },
}

/** Annotations of a pod, each with the field it sets: `sandbox.sluice.dev/latency: 200ms`. */
const annotations: Readonly<Record<string, (text: string) => Partial<Behaviour>>> = {
  'sandbox.sluice.dev/errors': text => (Number.isFinite(Number(text)) ? { errors: Number(text) } : {}),
  'sandbox.sluice.dev/latency': text => duration(text, latency => ({ latency })),
  'sandbox.sluice.dev/ready-after': text => (text === 'never' ? { readyAfter: 'never' } : duration(text, readyAfter => ({ readyAfter }))),
  'sandbox.sluice.dev/stops': text => (text === 'at-once' || text === 'gracefully' ? { stops: text } : {}),
  'sandbox.sluice.dev/crashes-after': text => duration(text, crashesAfter => ({ crashesAfter })),
}

/** What a pod's image tag and annotations (which win) make of the usual behaviour. Text that cannot be read changes nothing. */
export function behaviourOf(pod: KubernetesObject, usual: Behaviour): Behaviour {
  const words = imageTag(imageOf(pod)).split(/[^a-z0-9]+/)
  const byTag = words.map(word => tagWords[word] ?? {})
  const byAnnotation = Object.entries(pod.metadata.annotations ?? {}).map(([key, text]) => annotations[key]?.(text) ?? {})
  return Object.assign({ ...usual }, ...byTag, ...byAnnotation) as Behaviour
}

function duration(text: string, found: (milliseconds: number) => Partial<Behaviour>): Partial<Behaviour> {
  const milliseconds = parseDuration(text)
  return milliseconds === undefined ? {} : found(milliseconds)
}
