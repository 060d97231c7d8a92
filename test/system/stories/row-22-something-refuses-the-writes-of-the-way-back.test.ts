// At 50 % somebody aborts, and nothing can be written: istiod's webhook is down and fails closed, or a policy has taken a right
// away. Users must not stay on the new version without anybody knowing why. Sluice tries the writes of the way back before its first
// forward write, and refuses; in mid-run it says what blocks it, tries again, and ends.
import { describe, expect, it } from 'vitest'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { wholeRun } from '../preflight-world.ts'
import { asks, at, atRest, clean, openCart, openPlane, someone, verdict } from '../story.ts'

it("row 22: istiod's webhook is down when somebody aborts at 50 %: the way back says what blocks it, tries again, and ends", async () => {
  const { world, plane, start, ended } = await openPlane()
  const before = atRest(world)
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(50), approval())
  await plane.until(id, asks)
  const store = world.sandbox.apiServer.objects
  const istiod = store.get('deployments.apps', { namespace: 'istio-system', name: 'istiod' })
  const scaled = (replicas: number): unknown =>
    store.patch('deployments.apps', { namespace: 'istio-system', name: 'istiod' }, { spec: { replicas } }, someone)
  expect(at(istiod, 'replicas')).toBe(1)
  scaled(0)
  await world.clock.advance(5000)

  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await world.clock.advance(60_000)
  const blocked = await plane.view(id)
  expect(blocked).toMatchObject({ status: 'returning' })
  expect(JSON.stringify(blocked)).toMatch(/webhook|istiod/)
  scaled(1)

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })
  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})

describe('row 22: something refuses what the way back would write', () => {
  it('refuses before the first write, with the right that is missing', async () => {
    const world = await openCart()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'patch' && resource === 'deployments'))

    const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'), wholeRun)

    expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([
      {
        code: 'SL-PREFLIGHT-RIGHT-MISSING',
        message: expect.stringMatching(
          /^deployments.apps in namespace shop \(cart\): we may not patch; needed by the look .* and the way back.$/,
        ),
      },
      { code: 'SL-PREFLIGHT-RIGHT-MISSING', message: expect.stringContaining('cart-canary') },
    ])
  })
})
