// A run has failed and gone back. The owner of the service applies the file of the old version again, to be sure. A tool that starts
// a run whenever a template is written starts one now, from the old version to itself. With Sluice nothing starts and nothing is
// written: runs begin when somebody begins them.
import { expect, it } from 'vitest'
import { canaryDeployment } from '../cart-workflow.ts'
import { at, atRest, clean, inShop, openPlane, someone, verdict } from '../story.ts'

it('flagger 7: the stable template is applied again by its owner: nothing starts, nothing is written', async () => {
  const { world, plane, start, ended } = await openPlane({ gap: 200 })
  const id = await start('2.0.0-nopull', canaryDeployment())
  await ended(id)
  const store = world.sandbox.apiServer.objects
  const template = at(store.get('deployments.apps', inShop('cart')), 'template')
  const writes = (await plane.view(id)).writes

  store.patch('deployments.apps', inShop('cart'), { spec: { template } as never }, someone)
  const after = atRest(world)
  await world.clock.advance(600_000)

  expect(atRest(world)).toBe(after)
  expect((await plane.view(id)).writes).toBe(writes)
  expect(await verdict(world)).toEqual(clean)
})
