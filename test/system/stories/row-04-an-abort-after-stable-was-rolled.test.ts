// The new version has been rolled out, so that "100 % stable" is the new code. Now somebody aborts. A tool that promises weights
// says that all is well again, while everybody is on the version that was just condemned. Sluice promises versions: the old one
// comes back as a new one would, ready pods first, weight behind them, and no request is lost.
import { expect, it } from 'vitest'
import { pinned, prepared, promoted, returned, split } from '../goals.ts'
import { begin, clean, inShop, verdict } from '../story.ts'
import { courseOf, lookAt, type Sight } from '../witness.ts'

it('row 4: behind the end of instant return the old version comes back under the load, as a new one would', async () => {
  const { world, reach, witness } = await begin()
  await reach(pinned, prepared(), split(50), promoted)
  const from = witness.sights.length
  expect(lookAt(world)).toMatchObject({ stable: '2.0.0 x 4', route: 'canary 0, stable 100' })

  await reach(returned)

  const seen = witness.sights.slice(from)
  expect(courseOf(seen, ({ stable }) => stable)).toEqual(['2.0.0 x 4', '1.0.0 x 4'])
  const serving = ({ ready }: Sight): number => (ready['1.0.0'] ?? 0) + (ready['2.0.0'] ?? 0)
  expect(Math.min(...seen.map(serving))).toBeGreaterThanOrEqual(4)
  expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 4', canary: 'none' })
  expect(await verdict(world)).toEqual(clean)
})

it('row 4: the old version has every pod again, and no request is lost', async () => {
  const { world, reach } = await begin()

  expect(await reach(pinned, prepared(), split(50), promoted, returned)).toMatchObject({ is: 'reached' })

  const image = JSON.stringify(world.sandbox.apiServer.objects.get('deployments.apps', inShop('cart'))?.spec)
  expect(image).toContain('cart:1.0.0')
  expect(await verdict(world)).toEqual(clean)
})
