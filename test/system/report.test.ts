import { afterEach, expect, it } from 'vitest'
import { cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

async function run(abort: boolean): Promise<string> {
  world = await CartWorld.open({ late: 400 })
  plane = new ControlPlane(world)
  const id = await plane.start(cartWorkflow('2.0.0', { mode: 'acknowledged' }), '2.0.0')
  world.ledger.start(20)
  await plane.until(id, view => {
    if (view.question?.step === 'canary/verify/2' && !view.ended)
      void plane.command(id, abort ? { do: 'abort', now: false, who: 'bob' } : { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
  return id
}

const shares = async (id: string): Promise<string[]> =>
  (await plane.report(id)).releases.flatMap(release =>
    release.shares.map(share => `${share.stable}/${share.canary}, new ${share.next}: ${share.name}`),
  )

it('ends with every share that the route had, the step that caused it, and when every proxy had it', async () => {
  const id = await run(false)
  const report = await plane.report(id)

  expect([...new Set(await shares(id))]).toEqual([
    '100/0, new 0: Canary Deployment',
    '90/10, new 10: Traffic Split 10 %',
    '50/50, new 50: Traffic Split 50 %',
    '0/100, new 100: Rollout Deployment',
    '50/50, new 100: Rollout Deployment',
    '100/0, new 100: Rollout Deployment',
  ])
  expect(report).toMatchObject({ status: 'done', requests: null, lost: null, wrongVersion: null })
  for (const { at, acknowledged } of report.releases[0]?.shares ?? [])
    expect(Date.parse(acknowledged ?? '') - Date.parse(at)).toBeGreaterThanOrEqual(0)
})

it('tells the way back as well', async () => {
  expect(await shares(await run(true))).toEqual([
    '100/0, new 0: Canary Deployment',
    '90/10, new 10: Traffic Split 10 %',
    '100/0, new 0: Way back',
  ])
})
