import { onTestFinished } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import type { Goal, Release } from '#model/release/index.ts'
import type { Reached } from '#protocol/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import { bySeconds, cartSteps } from './cart-workflow.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { witness, type Witness } from './witness.ts'

// What every story begins and ends with: version 1.0.0 serves under load, somebody looks on, and the load is judged at the end.

export const someone = { manager: 'kubectl-edit' }
export const virtualServices = 'virtualservices.networking.istio.io'
export const destinationRules = 'destinationrules.networking.istio.io'
export const clean = { lost: 0, wrongVersion: 0, trouble: [] }
/** A person is asked something. */
export const asks = (view: ExecutionView): boolean => view.question !== undefined
/** Milliseconds that a change may take to the last proxy. */
export const late = 400

export const inShop = (name: string): { namespace: string; name: string } => ({ namespace: 'shop', name })

/** A world of this test alone. */
export async function openCart(options: CartWorldOptions = {}): Promise<CartWorld> {
  const world = await CartWorld.open(options)
  onTestFinished(() => world.close())
  return world
}

export interface Story {
  readonly world: CartWorld
  readonly release: Release
  readonly snapshot: Awaited<ReturnType<CartWorld['inspect']>>['snapshot']
  readonly witness: Witness
  /** Reaches goals, one after the other; gives how the last one went. */
  reach(...goals: readonly Goal[]): Promise<Reached | undefined>
}

/** The delegate's side of a run of 2.0.0, goal by goal, under load. */
export async function begin({ gap, ...options }: StoryOptions = {}, more: Partial<Release> = {}): Promise<Story> {
  return beginOn(await openCart(options), more, gap === undefined ? {} : { gap })
}

/** The load: milliseconds between two requests, and where they go. */
export interface Load {
  readonly gap?: number
  readonly hosts?: readonly string[]
}

export interface StoryOptions extends CartWorldOptions {
  readonly gap?: number
}

export async function beginOn(
  world: CartWorld,
  more: Partial<Release> = {},
  { gap = 20, hosts = ['test.com'] }: Load = {},
): Promise<Story> {
  const release = world.release('2.0.0', 'k3f9', more)
  const { snapshot, findings } = await world.inspect(release)
  const refusals = findings.filter(({ level }) => level === 'refuse')
  if (refusals.length > 0) throw new Error(refusals.map(({ message }) => message).join('\n'))
  world.ledger.start(gap, hosts)
  let number = 0
  return {
    world,
    release,
    snapshot,
    witness: witness(world),
    async reach(...goals) {
      let last: Reached | undefined
      for (const goal of goals) last = await world.reach(release, snapshot, goal, ++number)
      return last
    },
  }
}

/** A world with a control plane, under load. */
export interface Plane {
  readonly world: CartWorld
  readonly plane: ControlPlane
  readonly witness: Witness
  /** Hands in a run of these steps. */
  start(version: string, ...steps: readonly ResolvedStep[]): Promise<string>
  run(workflow: ResolvedWorkflow, version: string, more?: Parameters<ControlPlane['start']>[2]): Promise<string>
  ended(id: string): Promise<ExecutionView>
}

export async function openPlane({ gap = 20, ...options }: StoryOptions = {}): Promise<Plane> {
  const world = await openCart({ late, ...options })
  const plane = new ControlPlane(world)
  onTestFinished(() => plane.close())
  world.ledger.start(gap)
  let runs = 0
  const run: Plane['run'] = (workflow, version, more = {}) => plane.start(workflow, version, { key: `run-${++runs}`, ...more })
  return {
    world,
    plane,
    witness: witness(world),
    run,
    start: (version, ...steps) => run(cartSteps(version, bySeconds(options.late ?? late), ...steps), version),
    ended: id => plane.until(id, view => view.ended !== undefined),
  }
}

/** The goals of a release without load, one after the other. */
export async function reachAll(world: CartWorld, release: Release, goals: readonly Goal[]): Promise<Story['snapshot']> {
  const { snapshot } = await world.inspect(release)
  for (const [index, goal] of goals.entries()) await world.reach(release, snapshot, goal, index + 1)
  return snapshot
}

/** What the load got until now; nothing is sent any more. */
export async function verdict(world: CartWorld): Promise<{ lost: number; wrongVersion: number; trouble: readonly string[] }> {
  const { lost, wrongVersion, trouble } = await world.clock.runUntil(world.ledger.stop())
  return { lost, wrongVersion, trouble }
}

/** Objects at rest, the record apart: two that are equal are equal for every reader of YAML. */
export function atRest(world: CartWorld): string {
  return JSON.stringify(world.resting().filter(object => (object as { kind: string; name: string }).name !== 'sluice-record-cart'))
}

/** A field of an object's spec. */
export function at(object: KubernetesObject | undefined, field: string): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.[field]
}

/** Puts something else into the spec of every object of a kind. */
export const withSpec =
  (kind: string, change: Readonly<Record<string, Json>>) =>
  (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.map(object => (object.kind === kind ? { ...object, spec: { ...(object.spec as object), ...change } } : object))

/** Objects of a service that is not there yet: the cart's by another name. */
export function asTea(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return JSON.parse(JSON.stringify(objects).replaceAll('cart', 'tea').replaceAll('test.com', 'tea.com')) as KubernetesObject[]
}
