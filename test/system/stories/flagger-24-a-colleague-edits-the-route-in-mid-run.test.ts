// At 50 % a colleague adds a rule of their own in front of ours. Their edit is theirs, and the place of our entry in the list has
// changed: whoever writes by position writes into their rule. Sluice finds its entry again, goes on with the split and the way back,
// and leaves the rule where it is.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { pinned, prepared, split } from '../goals.ts'
import { at, begin, clean, inShop, someone, verdict, virtualServices } from '../story.ts'
import { courseOf } from '../witness.ts'

const route = inShop('cart-virtualservice')

it('flagger 24: a rule that a colleague adds in mid-run stays, and does not hide ours: the split and the way back go on', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(50))
  const store = world.sandbox.apiServer.objects
  const [ours] = at(store.get(virtualServices, route), 'http') as Json[]
  const theirs: Json = { name: 'health', match: [{ uri: { prefix: '/health' } }], directResponse: { status: 200 } }
  const from = witness.sights.length
  store.patch(virtualServices, route, { spec: { http: [theirs, ours ?? null] } }, someone)
  await world.clock.advance(2000)

  await reach(split(75), { to: 'returned', now: false })

  expect(courseOf(witness.sights.slice(from), ({ route: rows }) => rows)).toEqual([
    'canary 50, stable 50',
    'canary 75, stable 25',
    'canary 0, stable 100',
    'cart-svc 100',
  ])
  expect(at(store.get(virtualServices, route), 'http')).toEqual([theirs, { route: [{ destination: { host: 'cart-svc' } }] }])
  expect(await verdict(world)).toEqual(clean)
})
