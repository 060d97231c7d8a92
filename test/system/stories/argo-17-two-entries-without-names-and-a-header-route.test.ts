// Two entries of the route have no names, and each needs one for the header before it. A tool that looks for its own entry by name
// makes another one each time it looks. Sluice makes one before each, however often it is looked at, and two are left at the end.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { beta, pinned, prepared, split, wholeCanary } from '../goals.ts'
import { at, begin, clean, inShop, verdict, virtualServices, withSpec } from '../story.ts'

const destination: Json = { host: 'cart-svc' }

it('argo 17: two entries without names: each has its own before it, however often it is looked at, and two are left', async () => {
  const two: Json = [{ match: [{ uri: { prefix: '/api' } }], route: [{ destination }] }, { route: [{ destination }] }]
  const { world, reach } = await begin({ change: withSpec('VirtualService', { http: two }), more: { routes: 'all' } })
  const store = world.sandbox.apiServer.objects
  const count = (): number => (at(store.get(virtualServices, inShop('cart-virtualservice')), 'http') as Json[]).length

  await reach(pinned, prepared(), beta)
  const first = count()
  await reach(beta, split(20), beta, split(40))
  const again = count()
  await reach(...wholeCanary.slice(4))

  expect([first, again, count()]).toEqual([4, 4, 2])
  expect(await verdict(world)).toEqual(clean)
})
