import { afterEach, expect, it } from 'vitest'
import { step } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { bake, cartSteps, ramp } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { stepsOf } from './steps-of.ts'

const late = 400
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function open(): Promise<void> {
  world = await CartWorld.open({ late })
  plane = new ControlPlane(world)
}

const settle = { mode: 'seconds', shift: late, removal: late } as const
const canary = step('canaryDeployment', { instances: { percent: 25 }, fixed: false }, { settle })
const rollout = step('rolloutDeployment', { traffic: 'auto' }, { settle })

const workflow = (...steps: readonly ResolvedStep[]): ResolvedWorkflow => cartSteps('2.0.0', settle, ...steps)

const withoutMoment = (objects: readonly unknown[]): string =>
  JSON.stringify(objects.filter(object => (object as { kind: string }).kind !== 'ConfigMap'))
const ended = (view: ExecutionView): boolean => view.ended !== undefined

it('a host that ends in the middle of a ramp goes on at its stage; an abort in the bake takes everybody back at once', async () => {
  await open()
  const before = withoutMoment(world.resting())
  const id = await plane.start(workflow(canary, ramp(), bake(), rollout), '2.0.0')
  world.ledger.start(20)
  await plane.until(id, view => view.waiting?.for === '5 s to pass with 50 % on the canary')

  const { store } = plane
  await plane.close()
  await world.clock.advance(60_000)
  plane = new ControlPlane(world, store)
  const resumed = await plane.until(id, view => view.releases[0]?.split?.canary === 100)
  expect(stepsOf(resumed)[1]).toMatchObject({ status: 'running', attempt: 1 })
  await plane.until(id, view => stepsOf(view)[2]?.status === 'running')
  await plane.command(id, { do: 'abort', now: false, who: 'bob', why: 'test' })
  const view = await plane.until(id, ended)

  await world.clock.advance(5000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(withoutMoment(world.resting())).toBe(before)
})

it('a step may settle and drain at a pace of its own, and the steps behind it do not', async () => {
  await open()
  const slow = { mode: 'seconds', shift: 7000, removal: 7000 } as const
  const split = (weight: number, more: Partial<ResolvedStep> = {}): ResolvedStep =>
    step(
      'trafficSplit',
      {
        rows: [
          { to: 'canary', weight },
          { to: 'stable', weight: 100 - weight },
        ],
      },
      { settle, ...more },
    )
  const id = await plane.start(
    workflow(canary, split(10, { settle: slow }), split(20), step('canaryDelete', {}, { settle, drain: 20_000 })),
    '2.0.0',
  )

  const view = await plane.until(id, ended)

  const took = stepsOf(view).map(({ started = '', ended: end = '' }) => Date.parse(end) - Date.parse(started))
  expect(view).toMatchObject({ status: 'done' })
  expect(took[1]).toBeGreaterThanOrEqual(7000)
  expect(took[2]).toBeLessThan(5000)
  expect(took[3]).toBeGreaterThanOrEqual(20_000)
})
