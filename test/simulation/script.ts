import { seededRandom, type Random } from '#base/index.ts'

/** How the application's traffic is routed, and so what a release has to move. */
export const shapes = ['mesh', 'severalEntries', 'twoRoutes', 'httpRoute', 'isolated', 'blueGreen', 'blueGreenByService'] as const
export type Shape = (typeof shapes)[number]

/** One step of the workflow under test. Times in milliseconds. */
export type Sketch =
  | { readonly is: 'canary'; readonly percent: number; readonly fixed: boolean }
  | { readonly is: 'split'; readonly canary: number }
  | { readonly is: 'approval' }
  | { readonly is: 'bake'; readonly for: number }
  | { readonly is: 'rollout'; readonly traffic: 'auto' | 'canary' | 'reset' }
  | { readonly is: 'delete' }
  | { readonly is: 'stage' }
  | { readonly is: 'swap' }

/** Everything that a seed decides about the world and the run, before any trouble comes. */
export interface Script {
  readonly seed: number
  readonly shape: Shape
  readonly replicas: number
  readonly gateways: number
  /** How arrival is known. */
  readonly settle: 'acknowledged' | 'seconds'
  readonly steps: readonly Sketch[]
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

export function scriptOf(seed: number): Script {
  const random = fork(seed, 0)
  const shape = oneOf(random, shapes)
  return {
    seed,
    shape,
    replicas: between(random, 1, 5),
    gateways: between(random, 1, 3),
    settle: random() < 0.75 ? 'acknowledged' : 'seconds',
    steps: shape.startsWith('blueGreen') ? staged(random, shape) : canary(random),
  }
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

function staged(random: Random, shape: Shape): readonly Sketch[] {
  const steps: Sketch[] = [{ is: 'stage' }]
  if (random() < 0.4) steps.push({ is: 'approval' })
  if (shape === 'blueGreen' && random() < 0.4) steps.push({ is: 'split', canary: between(random, 5, 60) })
  steps.push({ is: 'swap' })
  if (random() < 0.4) steps.push({ is: 'bake', for: between(random, 1, 60) * 1000 })
  return steps
}
