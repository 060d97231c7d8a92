// A version failed because of something outside it, which has been mended. The same version is to be tried again. Elsewhere that
// needs a changed annotation, so that the tool sees something new. With Sluice somebody asks for it and it runs, once.
import { expect, it } from 'vitest'
import { canaryDeployment, rolloutDeployment, trafficSplit } from '../cart-workflow.ts'
import { clean, openPlane, verdict } from '../story.ts'

it('flagger 8: the same version is run again by asking for it, once, without a trick', async () => {
  const { world, start, ended } = await openPlane({ gap: 200 })
  await ended(await start('2.0.0-unready', canaryDeployment()))
  world.sandbox.switches.pods({ version: '2.0.0-unready' }, { readyAfter: 1000 })

  const view = await ended(await start('2.0.0-unready', canaryDeployment(), trafficSplit(50), rolloutDeployment()))

  expect(view).toMatchObject({ status: 'done', exit: 0 })
  expect(await verdict(world)).toEqual(clean)
})
