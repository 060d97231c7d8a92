import { seededRandom, type Random } from '#base/index.ts'

/** How the application's traffic is routed, and so what a release has to move. */
export const shapes = ['mesh', 'severalEntries', 'twoRoutes', 'httpRoute', 'isolated', 'blueGreen', 'blueGreenByService'] as const
/** The same without a mesh, behind ingress-nginx. */
const nginxShapes = ['ingress', 'blueGreenByIngress', 'blueGreenByHand'] as const
/** Workflows that move no traffic: the manifests, and their pods rolled. */
const plainShapes = ['rolling', 'basic'] as const
export const allShapes = [...shapes, ...nginxShapes, ...plainShapes] as const
export type Shape = (typeof allShapes)[number]

export function isPlain(shape: Shape): boolean {
  return (plainShapes as readonly string[]).includes(shape)
}

/** Services change their colours under weight. */
export function flips(shape: Shape): boolean {
  return shape === 'blueGreenByService' || shape === 'blueGreenByHand'
}

export function isBehindNginx(shape: Shape): boolean {
  return (nginxShapes as readonly string[]).includes(shape)
}

/** One step of the workflow under test. Times in milliseconds. */
export type Sketch =
  | { readonly is: 'canary'; readonly percent: number; readonly fixed: boolean }
  | { readonly is: 'split'; readonly canary: number }
  | { readonly is: 'approval' }
  /** The canary is measured for so long. `holds`: a person is asked where it is found bad, or cannot be judged. */
  | { readonly is: 'check'; readonly over: number; readonly holds: boolean }
  | { readonly is: 'bake'; readonly for: number }
  | { readonly is: 'rollout'; readonly traffic: 'auto' | 'canary' | 'reset' }
  | { readonly is: 'delete' }
  | { readonly is: 'stage' }
  | { readonly is: 'swap' }
  /** An Ingress of the user's own gives the stage Service so many percent. */
  | { readonly is: 'apply'; readonly weight: number }
  /** Somebody looks; not before the last change has arrived. */
  | { readonly is: 'hold'; readonly for: number }
  /** Requests with the header of `betaUsers` see the canary, or do not any more. */
  | { readonly is: 'header'; readonly on: boolean }
  /** Copies of so many percent; 0 takes the mirror away. */
  | { readonly is: 'mirror'; readonly percent: number }

/** What requests carry that a header route tells apart. */
export const betaUsers: Readonly<Record<string, string>> = { 'x-beta': 'yes' }

/** Everything that a seed decides about the world and the run, before any trouble comes. */
export interface Script {
  readonly seed: number
  readonly shape: Shape
  readonly replicas: number
  /** Of the mesh; behind ingress-nginx there is one pod of that more. */
  readonly gateways: number
  /** How arrival is known; behind ingress-nginx by seconds, whatever this says. */
  readonly settle: 'acknowledged' | 'seconds'
  readonly steps: readonly Sketch[]
  /** Users stay on their side by a cookie. */
  readonly sticky?: true
}

/** Whole number from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

export function oneOf<T>(random: Random, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T
}

/** A generator of its own for one purpose: what one part of a seed draws must not change what another one draws. */
export function fork(seed: number, purpose: number): Random {
  return seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b))
}

/** What a seed decides; `shape`: about an application of this shape, where the seed is not to choose. */
export function scriptOf(seed: number, shape?: Shape): Script {
  const script = withTraffic(seed)
  const chosen = shape
    ? shapedAs(script, shape, fork(seed, 1011))
    : (plainly(script, fork(seed, 1009)) ?? behindNginx(script, fork(seed, 1010)))
  return withChecks(withToldApart(chosen ?? script, fork(seed, 8)), fork(seed, 1014))
}

/** How many seeds move no traffic: the others are what they were before any could. */
const oftenPlain = 0.08

function plainly(script: Script, random: Random): Script | undefined {
  return random() < oftenPlain ? shapedAs(script, oneOf(random, plainShapes), random) : undefined
}

/** How many seeds are behind ingress-nginx: the others are what they were before any could be. */
const oftenBehindNginx = 0.12

function behindNginx(script: Script, random: Random): Script | undefined {
  return random() < oftenBehindNginx ? shapedAs(script, oneOf(random, nginxShapes), random) : undefined
}

/** A canary has a share before the workload takes its version. */
function isCanary(shape: Shape): boolean {
  return !isPlain(shape) && !shape.startsWith('blueGreen')
}

function shapedAs(script: Script, shape: Shape, random: Random): Script {
  return { ...script, shape, steps: stepsOf(shape, random) }
}

function stepsOf(shape: Shape, random: Random): readonly Sketch[] {
  if (isCanary(shape)) return canary(random)
  if (isPlain(shape)) return plain(random)
  return shape === 'blueGreenByHand' ? byHand(random) : staged(random, shape)
}

function plain(random: Random): readonly Sketch[] {
  const asks: readonly Sketch[] = random() < 0.3 ? [{ is: 'approval' }] : []
  return [...asks, { is: 'rollout', traffic: 'auto' }]
}

/** In how many canaries users are told apart: the others are what they were before any could be. */
const oftenToldApart = 0.25

/** Header routes, a mirror and sticky users beside the shares; without Istio's own routes there is the first only. */
function withToldApart(script: Script, random: Random): Script {
  const { shape } = script
  if (!isCanary(shape) || random() >= oftenToldApart) return script
  const istio = shape !== 'httpRoute' && shape !== 'ingress'
  const header: readonly Sketch[] = [{ is: 'header', on: true }, ...(random() < 0.4 ? [{ is: 'header', on: false } as const] : [])]
  const percent = between(random, 1, 100)
  const mirror: readonly Sketch[] = [{ is: 'mirror', percent }, ...(random() < 0.4 ? [{ is: 'mirror', percent: 0 } as const] : [])]
  const chosen = [...(random() < 0.7 || !istio ? [header] : []), ...(istio && random() < 0.5 ? [mirror] : [])]
  const steps = chosen.reduce((sofar, more) => amid(sofar, more, random), script.steps)
  return { ...script, steps, ...(istio && random() < 0.4 ? { sticky: true } : {}) }
}

/** In how many canaries the new version is checked: the others are what they were before any could be. */
const oftenChecked = 0.25

/** One check or two, where the canary has a share; behind ingress-nginx nobody counts. */
function withChecks(script: Script, random: Random): Script {
  const { shape } = script
  if (!isCanary(shape) || shape === 'ingress' || random() >= oftenChecked) return script
  const checks = Array.from({ length: between(random, 1, 2) }, (): Sketch => {
    return { is: 'check', over: between(random, 2, 60) * 1000, holds: random() < 0.4 }
  })
  const first = script.steps.findIndex(({ is }) => is === 'split') + 1
  return { ...script, steps: amid(script.steps, checks, random, first) }
}

/** Steps put somewhere behind the first ones and before the canary goes or stable takes its version, in their order. */
function amid(steps: readonly Sketch[], more: readonly Sketch[], random: Random, first = 1): readonly Sketch[] {
  const end = steps.findIndex(({ is }) => is === 'rollout' || is === 'delete')
  const places = more.map(() => between(random, first, end)).toSorted((a, b) => a - b)
  return more.reduce((sofar, step, index) => sofar.toSpliced((places[index] ?? end) + index, 0, step), steps)
}

function withTraffic(seed: number): Script {
  const random = fork(seed, 0)
  const shape = oneOf(random, shapes)
  const [replicas, gateways] = [between(random, 1, 5), between(random, 1, 3)]
  const settle = random() < 0.75 ? 'acknowledged' : 'seconds'
  return shapedAs({ seed, shape, replicas, gateways, settle, steps: [] }, shape, random)
}

function canary(random: Random): readonly Sketch[] {
  const steps: Sketch[] = [{ is: 'canary', percent: between(random, 10, 60), fixed: random() < 0.15 }]
  for (let share = 0; share < 100 && steps.length < 7;) {
    share = Math.min(100, share + between(random, 5, 60))
    steps.push({ is: 'split', canary: share })
    if (random() < 0.2) steps.push({ is: 'approval' })
    if (random() < 0.2) steps.push({ is: 'bake', for: between(random, 1, 60) * 1000 })
  }
  if (random() < 0.05) steps.push({ is: 'delete' })
  steps.push({ is: 'rollout', traffic: oneOf(random, ['auto', 'canary', 'canary', 'reset'] as const) })
  if (random() < 0.6) steps.push({ is: 'delete' })
  return steps
}

/** The seed system's way without a mesh. Nothing guards these weights: more than half before the swap would be less than half behind it. */
function byHand(random: Random): readonly Sketch[] {
  const most = between(random, 10, 50)
  const apply = (weight: number): Sketch => ({ is: 'apply', weight })
  const hold = (): Sketch => ({ is: 'hold', for: between(random, 0, 20) * 1000 })
  const asks = (): readonly Sketch[] => (random() < 0.3 ? [{ is: 'approval' }] : [])
  const before = [apply(between(random, 5, most)), hold(), apply(most), hold(), ...asks()]
  return [{ is: 'stage' }, ...asks(), ...before, { is: 'swap' }, apply(between(random, 1, most)), hold(), apply(0), hold()]
}

function staged(random: Random, shape: Shape): readonly Sketch[] {
  const steps: Sketch[] = [{ is: 'stage' }]
  if (random() < 0.4) steps.push({ is: 'approval' })
  if (shape !== 'blueGreenByService' && random() < 0.4) steps.push({ is: 'split', canary: between(random, 5, 60) })
  steps.push({ is: 'swap' })
  if (random() < 0.4) steps.push({ is: 'bake', for: between(random, 1, 60) * 1000 })
  return steps
}
