// The process that releases dies: after a write whose answer it never saw, or while any step of its workflow runs. The next one
// knows only what is in the cluster and in the journal; a step done twice, or left out, is felt by users. It looks at what is there
// and ends where the first would have ended: the same objects, and no request lost.
import { expect, it, onTestFinished } from 'vitest'
import { bySeconds, cartWorkflow } from '../cart-workflow.ts'
import { ControlPlane } from '../control-plane.ts'
import { deadly } from '../deadly.ts'
import { pinned, prepared, promoted, returned, split, wholeCanary } from '../goals.ts'
import { stepsOfWorkflow, toTheEnd, untilBegun } from '../steps-of.ts'
import { atRest, clean, late, openCart, openPlane, verdict } from '../story.ts'

it.each([
  { how: 'a release', goals: wholeCanary, version: '2.0.0' },
  { how: 'a way back from 50 %', goals: [pinned, prepared(), split(50), returned], version: '1.0.0' },
  { how: 'a way back behind the end of instant return', goals: [pinned, prepared(), split(50), promoted, returned], version: '1.0.0' },
])('flagger 25: $how is killed after each of its writes: the same end, no request lost', async ({ goals, version }) => {
  const died = { now: new AbortController(), writes: 0 }
  let lethal = false
  const world = await openCart({
    through: cluster => ({ ...cluster, request: (...asked) => (lethal ? deadly(died)(cluster) : cluster).request(...asked) }),
  })
  const before = atRest(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot } = await world.inspect(release)
  world.ledger.start(20)
  lethal = true

  for (const [index, goal] of goals.entries()) {
    for (;;) {
      died.now = new AbortController()
      const went = await world.reach(release, snapshot, goal, index + 1, died.now.signal).catch((error: unknown) => error)
      if (!died.now.signal.aborted) {
        expect(went).toMatchObject({ is: 'reached' })
        break
      }
      world.forget()
    }
  }

  expect(died.writes).toBeGreaterThan(8)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', `cart:${version}`))
  expect(await verdict(world)).toEqual(clean)
})

it.each(stepsOfWorkflow())('flagger 25: a host that ends during %s changes nothing about the end', async path => {
  const { world, plane, run } = await openPlane()
  const before = atRest(world)
  const id = await run(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  await untilBegun(plane, id, path)

  const { store } = plane
  await plane.close()
  await world.clock.advance(60_000)
  const next = new ControlPlane(world, store)
  onTestFinished(() => next.close())
  const view = await toTheEnd(next, id)

  expect(view).toMatchObject({ status: 'done', exit: 0 })
  expect(await verdict(world)).toEqual(clean)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
})
