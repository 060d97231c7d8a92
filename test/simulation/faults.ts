import type { Random } from '#base/index.ts'
import { between, fork, isBehindNginx, isPlain, oneOf, type Script } from './script.ts'

/** When trouble comes: `delay` milliseconds after the n-th write of the run to the cluster (0: after its start). */
export interface Moment {
  readonly write: number
  readonly delay: number
}

/** How a request to the API server goes wrong. `late`: nobody hears of it, and it lands after some time. */
export const apiTroubles = ['500', '503', '429', '409', 'lostRequest', 'lostAnswer', 'late'] as const
export type ApiTrouble = (typeof apiTroubles)[number]

/** What somebody edits. `route`: its manifest is applied again, as a GitOps tool does. */
const editable = ['weights', 'timeout', 'subsets', 'policy', 'template', 'replicas', 'route'] as const
type EditOf = (typeof editable)[number]

/**
 * What stands there before a run that no manifest says. `kept`: by a controller, in the template. `owners`: all of it has been applied by kubectl, not
 * by a run. The others are somebody's edits by hand.
 */
const standing = ['template', 'template', 'kept', 'timeout', 'policy', 'owners', 'owners'] as const
export type StandingOf = (typeof standing)[number]

/** One trouble of one seed. Each can be left out without changing the others: that is how histories are shortened. Times in milliseconds. */
export type Fault =
  | { readonly is: 'propagation'; readonly most: number }
  | { readonly is: 'laggingIstiod'; readonly by: number }
  /** Whoever writes EndpointSlices is busy: what pods are there is told so much later. */
  | { readonly is: 'slowEndpoints'; readonly by: number }
  | { readonly is: 'disconnect'; readonly when: Moment; readonly gateway: number; readonly for: number }
  /** Its process ends; the next one begins with a look at all there is. */
  | { readonly is: 'proxyGone'; readonly when: Moment; readonly which: number }
  | { readonly is: 'brokenRoute'; readonly when: Moment; readonly for: number }
  | {
      readonly is: 'api'
      readonly when: Moment
      readonly for: number
      readonly how: ApiTrouble
      readonly share: number
      readonly lands: number
    }
  /** The n-th write that is sent meets this. */
  | { readonly is: 'answer'; readonly write: number; readonly how: ApiTrouble; readonly lands: number }
  /** Nobody hears of the n-th create, which lands after some time; `after` it was sent the run is aborted, or its process is gone for so long. */
  | { readonly is: 'lateCreate'; readonly create: number; readonly lands: number; readonly after: number; readonly down: number | 'abort' }
  | { readonly is: 'watchDropped'; readonly when: Moment; readonly expired: boolean }
  | { readonly is: 'watchDoubled'; readonly share: number }
  | { readonly is: 'watchLate'; readonly when: Moment; readonly for: number; readonly by: number }
  | { readonly is: 'cut'; readonly when: Moment; readonly for: number; readonly from: 'cluster' | 'controlPlane' }
  | { readonly is: 'killAtWrite'; readonly write: number; readonly side: 'before' | 'after'; readonly down: number }
  | { readonly is: 'killAtJournal'; readonly write: number; readonly side: 'before' | 'after'; readonly down: number }
  | { readonly is: 'replica' }
  | { readonly is: 'freeze'; readonly when: Moment; readonly for: number; readonly which: number }
  | {
      readonly is: 'podGone'
      readonly when: Moment
      readonly side: 'stable' | 'canary'
      readonly how: 'crash' | 'evict' | 'unready'
      readonly all: boolean
      /** Waits from then on until the canary has a share of the requests. */
      readonly carrying?: boolean
    }
  | { readonly is: 'badVersion'; readonly word: 'unready' | 'crash' | 'nopull' }
  /** From then on so many answers of the new version are errors; seen by checks alone. */
  | { readonly is: 'failing'; readonly when: Moment; readonly share: number }
  | { readonly is: 'slowPods'; readonly readyAfter: number }
  | { readonly is: 'autoscaler' }
  | { readonly is: 'load'; readonly when: Moment; readonly replicas: number }
  | { readonly is: 'edit'; readonly when: Moment; readonly of: EditOf }
  /** Somebody has set this by hand before the run, or a controller keeps it in the pods. */
  | { readonly is: 'standing'; readonly of: StandingOf }
  | { readonly is: 'supersede'; readonly when: Moment }
  | { readonly is: 'abort'; readonly when: Moment; readonly now: boolean }
  | { readonly is: 'reject'; readonly question: number }
  | { readonly is: 'pause'; readonly when: Moment; readonly for: number }
  | { readonly is: 'restore'; readonly when: Moment; readonly down: number }
  /** Whoever writes then stands still for `frozen`, and is cut off from the control plane alone for longer: others take its work over. */
  | { readonly is: 'alone'; readonly when: Moment; readonly frozen: number; readonly for: number }
  /** The machine stands still; meanwhile, after `restored`, somebody takes the release back elsewhere. It goes on `for` later. */
  | { readonly is: 'sleep'; readonly when: Moment; readonly restored: number; readonly for: number }

/** A number of things, from `least` to `most`. */
const several = (random: Random, least: number, most: number): readonly undefined[] =>
  Array.from({ length: between(random, least, most) }, () => undefined)

type Draw = (random: Random) => readonly Fault[]

/** Writes of a usual run: moments are spread over them. One that moves no traffic makes few. */
const usualWrites = 26
const plainWrites = 5

/** A long run makes so many writes, clean-up or way back included; and so many entries into its journal. */
const longWrites = 54
const longJournal = 120
/** Between these writes long runs promote, clean up or go back. */
const lateInTheRun = { first: 27, last: 40 }
/** Leases, and a Deployment or Service: a run makes at least so many objects. */
const fewestCreates = 4
/** Between these writes a run has two versions. */
const twoVersions = { first: 6, last: 34 }

const moment = (random: Random, last = usualWrites): Moment => ({
  write: between(random, 0, last),
  delay: random() < 0.5 ? 0 : between(random, 1, 3000),
})
/** Short ones are as likely as long ones; shorter than half a second nobody notices. */
const length = (random: Random, most: number): number => Math.round(500 * (most / 500) ** random())

/** What may trouble a run, by dimension; each is switched on by chance, or alone by `--only`. */
export const dimensions = {
  propagation: random => [{ is: 'propagation', most: length(random, random() < 0.7 ? 4000 : 60_000) }],
  proxies: random => [
    ...(random() < 0.5 ? [{ is: 'laggingIstiod', by: length(random, 20_000) } as const] : []),
    oneOf<Fault>(random, [
      { is: 'disconnect', when: moment(random), gateway: between(random, 0, 2), for: length(random, 60_000) },
      { is: 'disconnect', when: moment(random), gateway: between(random, 0, 2), for: length(random, 20_000) },
      { is: 'brokenRoute', when: moment(random), for: length(random, 60_000) },
    ]),
  ],
  api: random =>
    Array.from({ length: between(random, 1, 3) }, () => ({
      is: 'api',
      when: moment(random),
      for: length(random, 60_000),
      how: oneOf(random, apiTroubles),
      share: 0.2 + random() * 0.8,
      lands: length(random, 30_000),
    })),
  watches: random => [
    oneOf<Fault>(random, [
      { is: 'watchDropped', when: moment(random), expired: random() < 0.5 },
      { is: 'watchDoubled', share: random() },
      { is: 'watchLate', when: moment(random), for: length(random, 60_000), by: length(random, 5000) },
    ]),
  ],
  cut: random => [
    { is: 'cut', when: moment(random), for: length(random, 90_000), from: oneOf(random, ['cluster', 'controlPlane'] as const) },
  ],
  kill: random => [
    oneOf<Fault>(random, [
      {
        is: 'killAtWrite',
        write: between(random, 1, usualWrites),
        side: oneOf(random, ['before', 'after'] as const),
        down: length(random, 60_000),
      },
      {
        is: 'killAtJournal',
        write: between(random, 1, 60),
        side: oneOf(random, ['before', 'after'] as const),
        down: length(random, 60_000),
      },
    ]),
  ],
  replicas: random => [
    { is: 'replica' },
    ...Array.from(
      { length: between(random, 0, 2) },
      () => ({ is: 'freeze', when: moment(random), for: length(random, 40_000), which: between(random, 0, 1) }) as const,
    ),
  ],
  pods: random => [
    oneOf<Fault>(random, [
      { is: 'badVersion', word: oneOf(random, ['unready', 'crash', 'nopull'] as const) },
      { is: 'slowPods', readyAfter: length(random, 40_000) },
      ...(['crash', 'evict', 'unready'] as const).map(
        how =>
          ({ is: 'podGone', when: moment(random), side: oneOf(random, ['stable', 'canary'] as const), how, all: random() < 0.3 }) as const,
      ),
    ]),
  ],
  autoscaling: random => [
    { is: 'autoscaler' },
    ...Array.from(
      { length: between(random, 1, 2) },
      () => ({ is: 'load', when: moment(random), replicas: between(random, 1, 7) }) as const,
    ),
  ],
  edits: random => [{ is: 'edit', when: moment(random), of: oneOf(random, editable) }],
  supersede: random => [{ is: 'supersede', when: moment(random) }],
  people: random => [
    oneOf<Fault>(random, [
      { is: 'abort', when: moment(random), now: false },
      { is: 'abort', when: moment(random), now: true },
      { is: 'abort', when: moment(random), now: false },
      { is: 'reject', question: between(random, 1, 2) },
      { is: 'pause', when: moment(random), for: length(random, 60_000) },
    ]),
  ],
  restore: random => [{ is: 'restore', when: moment(random), down: length(random, 120_000) }],
  overtaken: random => [
    { is: 'replica' },
    ...Array.from(
      { length: between(random, 1, 2) },
      () => ({ is: 'alone', when: moment(random), frozen: between(random, 0, 60_000), for: between(random, 12_000, 90_000) }) as const,
    ),
  ],
  lateWrites: random =>
    Array.from({ length: between(random, 1, 3) }, () => ({
      is: 'api',
      when: moment(random),
      for: length(random, 6000),
      how: 'late',
      share: 1,
      lands: between(random, 2000, 40_000),
    })),
  secondThoughts: random => {
    const seen = moment(random)
    return [
      { is: 'edit', when: seen, of: 'template' },
      { is: 'abort', when: { write: seen.write, delay: seen.delay + between(random, 1, 30_000) }, now: false },
    ]
  },
  sleep: random => [{ is: 'sleep', when: moment(random), restored: length(random, 600_000), for: length(random, 7_200_000) }],
  answers: random =>
    several(random, 3, 6).map(() => ({
      is: 'answer',
      write: between(random, 1, longWrites),
      how: oneOf(random, apiTroubles),
      lands: length(random, 40_000),
    })),
  lateCreates: random => [
    {
      is: 'lateCreate',
      create: between(random, 1, fewestCreates),
      lands: length(random, 40_000),
      after: between(random, 0, 3000),
      down: random() < 0.6 ? 'abort' : length(random, 60_000),
    },
  ],
  deaths: random =>
    several(random, 2, 3).map(() => {
      const [side, down] = [oneOf(random, ['before', 'after'] as const), length(random, 60_000)]
      return random() < 0.5
        ? { is: 'killAtWrite', write: between(random, 1, longWrites), side, down }
        : { is: 'killAtJournal', write: between(random, 1, longJournal), side, down }
    }),
  podsGone: random =>
    several(random, 2, 3).map(() => ({
      is: 'podGone',
      when: { ...moment(random), write: between(random, twoVersions.first, twoVersions.last) },
      side: oneOf(random, ['stable', 'canary'] as const),
      how: oneOf(random, ['crash', 'evict', 'unready'] as const),
      all: random() < 0.3,
    })),
  manyEdits: random => {
    const left: EditOf[] = [...editable]
    return several(random, 2, 3)
      .flatMap(() => left.splice(Math.floor(random() * left.length), 1))
      .map(of => ({ is: 'edit', when: moment(random, longWrites), of }))
  },
  lostWatches: random =>
    several(random, 2, 4).map(() => ({ is: 'watchDropped', when: moment(random, longWrites), expired: random() < 0.5 })),
  endpoints: random => [{ is: 'slowEndpoints', by: length(random, 60_000) }],
  failing: random => [{ is: 'failing', when: moment(random), share: between(random, 2, 10) / 10 }],
  lateDeaths: random => [
    {
      is: 'killAtWrite',
      write: between(random, lateInTheRun.first, lateInTheRun.last),
      side: oneOf(random, ['before', 'after'] as const),
      down: length(random, 60_000),
    },
  ],
  carriersGone: random => [
    {
      is: 'podGone',
      when: moment(random),
      side: 'canary',
      how: oneOf(random, ['crash', 'evict', 'unready'] as const),
      all: random() < 0.3,
      carrying: true,
    },
  ],
  standing: random => several(random, 1, 2).map(() => ({ is: 'standing', of: oneOf(random, standing) })),
} as const satisfies Readonly<Record<string, Draw>>

export type Dimension = keyof typeof dimensions
export const dimensionNames = Object.keys(dimensions) as Dimension[]

/** Dimensions that come by a chance of their own, so that seeds without them are what they were before there were any. */
const rare = ['overtaken', 'lateWrites', 'secondThoughts', 'sleep', 'endpoints'] as const satisfies readonly Dimension[]
/** How many seeds one of those troubles. */
const rarely = 0.2
/** Dimensions that aim: at one request, one pod, one death, in the clean-up and on the way back too. By a chance of their own, as the rare ones. */
const aiming = ['answers', 'lateCreates', 'deaths', 'podsGone', 'manyEdits', 'lostWatches'] as const satisfies readonly Dimension[]
/** How many seeds one of those troubles: enough for each to come to what it aims at in more than one seed of a hundred. */
const oftenAiming = 0.35
/** What many seeds aim at and few come to: deaths late in a run, and pods that go while they have users. */
const late = ['lateDeaths', 'carriersGone'] as const satisfies readonly Dimension[]
/** How many seeds one of those troubles: of two that draw it, about one comes to it. */
const oftenLate = 0.15
/** How many seeds begin with something that no manifest says. */
const oftenStanding = 0.12
/** How often a version fails that is checked. */
const oftenFailing = 0.6
/** How many of the others trouble a seed at once: enough to meet, few enough to get somewhere. */
const mostAtOnce = 4

const ofCanaryIngress: readonly string[] = ['weights', 'subsets', 'policy', 'route']

/** The faults of a seed. `only`: this dimension, always; the others not at all. */
export function faultsOf(script: Script, only: readonly Dimension[] | undefined): readonly Fault[] {
  const random = fork(script.seed, 2)
  const chosen = only ?? [
    ...choose(random),
    ...chooseRare(fork(script.seed, 7)),
    ...chooseAiming(fork(script.seed, 1012)),
    ...chooseFailing(script),
    ...chooseLate(fork(script.seed, 1016)),
    ...chooseStanding(fork(script.seed, 1017)),
  ]
  const drawn = chosen.flatMap(name => dimensions[name](fork(script.seed, 10 + dimensionNames.indexOf(name))) as readonly Fault[])
  // Where only a Service is flipped, nobody can be asked what a proxy has: one that is away for longer than the wait is outside the promise.
  const isUnseen = ({ is }: Fault): boolean => script.shape === 'blueGreenByService' && (is === 'disconnect' || is === 'brokenRoute')
  // What a user's own file says is the user's to get right: nothing puts it right when somebody edits it.
  const isOwn = (fault: Fault): boolean => script.shape === 'blueGreenByHand' && fault.is === 'edit' && ofCanaryIngress.includes(fault.of)
  // Whoever sets once more what is set already edits nothing.
  const isSetTwice = (fault: Fault, index: number): boolean =>
    fault.is === 'standing' &&
    drawn.some((each, at) => (each.is === 'standing' ? at < index : each.is === 'edit') && 'of' in each && each.of === fault.of)
  const inside = drawn.filter((fault, index) => !isUnseen(fault) && !isOwn(fault) && !isSetTwice(fault, index))
  if (isBehindNginx(script.shape)) return inside.flatMap(behindNginx)
  return isPlain(script.shape) ? inside.map(early) : inside
}

const besideIngresses: ReadonlySet<StandingOf> = new Set(['template', 'kept', 'owners'])

/** Each pod of ingress-nginx looks at the cluster for itself: there is no istiod that it may lose, and nothing that it refuses. */
function behindNginx(fault: Fault): readonly Fault[] {
  if (fault.is === 'disconnect') return [{ is: 'proxyGone', when: fault.when, which: fault.gateway }]
  // What somebody sets in an Ingress is an annotation, which stays whatever its manifest says.
  if (fault.is === 'standing' && !besideIngresses.has(fault.of)) return []
  return fault.is === 'laggingIstiod' || fault.is === 'brokenRoute' ? [] : [fault]
}

/** The same, spread over the writes of a run that makes few. */
function early(fault: Fault): Fault {
  const least = (write: number): number => Math.ceil((write * plainWrites) / usualWrites)
  if ('when' in fault) return { ...fault, when: { ...fault.when, write: least(fault.when.write) } }
  return fault.is === 'killAtWrite' || fault.is === 'answer' ? { ...fault, write: least(fault.write) } : fault
}

function choose(random: Random): readonly Dimension[] {
  const count = between(random, 0, mostAtOnce)
  const apart: readonly string[] = [...rare, ...aiming, ...late, 'failing', 'standing']
  const left: Dimension[] = dimensionNames.filter(name => !apart.includes(name))
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat()
}

function chooseAiming(random: Random): readonly Dimension[] {
  return random() < oftenAiming ? [oneOf(random, aiming)] : []
}

function chooseLate(random: Random): readonly Dimension[] {
  return random() < oftenLate ? [oneOf(random, late)] : []
}

function chooseStanding(random: Random): readonly Dimension[] {
  return random() < oftenStanding ? ['standing'] : []
}

function chooseFailing({ seed, steps }: Script): readonly Dimension[] {
  return steps.some(({ is }) => is === 'check') && fork(seed, 1015)() < oftenFailing ? ['failing'] : []
}

function chooseRare(random: Random): readonly Dimension[] {
  return random() < rarely ? [oneOf(random, rare)] : []
}
