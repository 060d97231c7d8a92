// A host is killed before it has looked at the cluster, and the next one comes when the look's time has long been over. Nothing has been
// written, so nothing is lost by looking anew: the run goes on as if nobody had been killed. Hosts that are killed there for ever end it.
import { afterEach, expect, it } from 'vitest'
import { memoryStore } from '#control-plane/store/index.ts'
import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { asks, atRest, clean, late, verdict } from './story.ts'

const minute = 60_000
const steps = [canaryDeployment(), trafficSplit(50), approval(), rolloutDeployment(), canaryDelete()]

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

/** A run of 2.0.0 whose first hosts, so many, are killed as soon as a look of theirs stands in the journal; the next one comes `gap` later. */
async function killedAtTheLook(hosts: number, gap: number): Promise<string> {
  // A look takes a moment, as anywhere.
  world = await CartWorld.open({ late, way: { latency: ({ path }) => (path.includes('/leases/') ? [2, 2] : [0, 0]) } })
  world.ledger.start(500)
  const store = memoryStore(world.clock)
  plane = new ControlPlane(world, store)
  let looks = 0
  const end = store.subscribe(hint => {
    if (hint.is !== 'journal') return
    void store.journal.load(hint.execution).then(loaded => {
      const begun = loaded?.events.filter(({ kind, name }) => kind === 'scheduled' && name.includes('/inspect')).length ?? 0
      if (begun <= looks || looks === hosts) return
      looks = begun
      plane.kill()
    })
  })
  const id = await plane.start(cartSteps('2.0.0', bySeconds(late), ...steps), '2.0.0')
  for (let host = 1; host <= hosts; host++) {
    await world.clock.advance(gap)
    expect(looks).toBe(host)
    plane = new ControlPlane(world, store)
  }
  end()
  return id
}

const ended = (id: string) => plane.until(id, view => view.ended !== undefined)

it('looks anew on the host that comes an hour later', async () => {
  const id = await killedAtTheLook(1, 60 * minute)
  const before = atRest(world)
  await plane.until(id, asks)
  await plane.command(id, { do: 'approve', who: 'bob' })

  expect(await ended(id)).toMatchObject({ status: 'done', exit: 0, releases: [{ fromVersion: '1.0.0' }] })

  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:2.0.0'))
  const lines = await plane.log(id)
  expect(lines.filter(line => line.startsWith('Look first'))).toEqual([
    'Look first: begins',
    'Look first: no host was there for long enough to look',
    expect.stringMatching(/^Look first: warning: /),
    'Look first: done: settles by waiting: the settings say so',
  ])
  expect(await verdict(world)).toEqual(clean)
})

it('goes back to what the second look has seen', async () => {
  const id = await killedAtTheLook(1, 60 * minute)
  const before = atRest(world)
  await plane.until(id, asks)
  await plane.command(id, { do: 'reject', who: 'bob' })

  expect(await ended(id)).toMatchObject({ status: 'returned', exit: 1 })

  expect(atRest(world)).toBe(before)
  expect(await verdict(world)).toEqual(clean)
})

it('shows when the look that goes on now is over, and what then', async () => {
  const id = await killedAtTheLook(2, 2 * minute)
  plane.kill()
  const { waiting } = await plane.view(id)
  const [since, until] = [Date.parse(waiting?.since ?? ''), Date.parse(waiting?.until ?? '')]
  expect(until - since).toBe(minute)
  expect(waiting?.next).toBe('the run is refused, and nothing was written')
  // The second host came two minutes ago, and began it at once.
  expect(Math.round((world.clock.now() - since) / 1000)).toBe(120)
})

it('is refused after ten looks, and nothing was written', async () => {
  const id = await killedAtTheLook(10, 2 * minute)
  const before = atRest(world)

  expect(await ended(id)).toMatchObject({ status: 'refused', exit: 5, writes: 0, failure: { code: 'SL-EXECUTION-LOOK-UNATTENDED' } })
  expect(atRest(world)).toBe(before)
})
