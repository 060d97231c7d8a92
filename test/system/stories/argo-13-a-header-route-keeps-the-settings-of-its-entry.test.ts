// The entry that a header route is taken from rewrites paths, has a timeout, retries and a CORS policy. Requests with the header
// would meet other rules than everybody else's, and the test would be worth nothing. Sluice gives its entry all of them.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { beta, pinned, prepared, split } from '../goals.ts'
import { at, begin, clean, inShop, verdict, virtualServices, withSpec } from '../story.ts'

const destination: Json = { host: 'cart-svc' }

it('argo 13: are treated as the entry that they come from says: rewrite, timeout, retries and CORS policy', async () => {
  const settings: Readonly<Record<string, Json>> = {
    rewrite: { uri: '/' },
    timeout: '4s',
    retries: { attempts: 2, perTryTimeout: '1s' },
    corsPolicy: { allowOrigins: [{ exact: 'https://test.com' }], allowMethods: ['GET'] },
  }
  const { world, reach } = await begin({ change: withSpec('VirtualService', { http: [{ ...settings, route: [{ destination }] }] }) })

  await reach(pinned, prepared(), beta, split(20))

  const http = at(world.sandbox.apiServer.objects.get(virtualServices, inShop('cart-virtualservice')), 'http') as Record<string, Json>[]
  expect(http).toHaveLength(2)
  for (const entry of http) expect(entry).toMatchObject(settings)
  expect(await verdict(world)).toEqual(clean)
})
