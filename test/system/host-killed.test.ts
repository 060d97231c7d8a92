// A host that is killed again and again, behind every one of its writes: the next one goes on, and the run ends as one that nobody disturbed.
import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, type KubernetesObject } from '#base/index.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { byHand, change as byHandManifests } from './by-hand.ts'
import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { cartManifests, CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { behindNginx, host, nginx } from './nginx-world.ts'

interface Way {
  readonly workflow: ResolvedWorkflow
  readonly applied?: Readonly<Record<string, readonly KubernetesObject[]>>
  readonly change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]
  readonly blueGreen?: boolean
}

const late = 4500
const managed: Way = {
  workflow: cartSteps(
    '2.0.0',
    bySeconds(late),
    canaryDeployment(),
    trafficSplit(25),
    approval(),
    trafficSplit(50),
    rolloutDeployment(),
    canaryDelete(),
  ),
  change: behindNginx,
}
const applied: Way = { ...byHand(late), change: byHandManifests, blueGreen: true }

let world: CartWorld
let plane: ControlPlane
let before = ''
let kills = 0
afterEach(async () => {
  await plane.close()
  await world.close()
})

/** A host that dies behind its first write; the next one is there a minute later. */
function mortal(store?: ControlPlane['store']): ControlPlane {
  const born: ControlPlane = new ControlPlane(world, store, () => {
    kills++
    born.kill()
    world.clock.after(60_000, () => (plane = mortal(born.store)))
  })
  return born
}

async function start({ workflow, applied: files = {}, change, blueGreen = false }: Way, seed: number): Promise<string> {
  kills = 0
  world = await CartWorld.open({ ...nginx, seed, change, ...(blueGreen && { more: { blueGreen } }) })
  before = withoutRecord()
  world.ledger.start(50, [host], () => world.sandbox.nginx())
  plane = mortal()
  return plane.start(workflow, '2.0.0', {}, files, change(cartManifests('2.0.0', 4)))
}

/** Follows an execution over as many hosts as that takes. */
async function until(id: string, holds: (view: ExecutionView) => boolean): Promise<ExecutionView> {
  for (;;) {
    const view = await plane.view(id)
    if (holds(view)) return view
    await world.clock.advance(500)
  }
}

const withoutRecord = (): string =>
  canonicalJson(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)

describe.each([
  ['a canary behind a managed Ingress', managed, 111],
  ['blue/green with a canary Ingress that apply steps write', applied, 121],
] as const)('%s', (_, way, seed) => {
  it('is released over many hosts: no request lost, none wrong', async () => {
    const id = await start(way, seed)
    await until(id, view => view.question !== undefined)
    await plane.command(id, { do: 'approve', who: 'bob' })
    const view = await until(id, each => each.ended !== undefined)

    await world.clock.advance(20_000)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(view).toMatchObject({ status: 'done', exit: 0 })
    expect(withoutRecord()).toContain('cart:2.0.0')
    expect(withoutRecord()).not.toMatch(/sluice\.dev\/run|cart-canary/)
    expect(kills).toBeGreaterThan(20)
  })

  it('goes back over many hosts: everything as it was', async () => {
    const id = await start(way, seed + 1)
    await until(id, view => view.question !== undefined)
    await plane.command(id, { do: 'abort', now: false, who: 'bob' })
    const view = await until(id, each => each.ended !== undefined)

    await world.clock.advance(20_000)
    expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(view).toMatchObject({ status: 'returned', exit: 1 })
    expect(withoutRecord()).toBe(before)
    expect(kills).toBeGreaterThan(10)
  })
})
