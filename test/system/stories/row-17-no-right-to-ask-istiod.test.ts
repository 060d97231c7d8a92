// The team may not look into istio-system, so that nobody can ask which proxies have the new route. Five seconds of waiting are less
// than istiod's own debounce, and a part of the proxies is not all of them. Sluice waits longer for what is removed (tested beside
// its code), never calls that acknowledged, and names the right that is missing.
import { expect, it } from 'vitest'
import { look, said } from '../preflight-world.ts'
import { openCart } from '../story.ts'

it('row 17: names the right that is missing to ask istiod', async () => {
  const world = await openCart()
  world.sandbox.switches.forbid(({ verb, resource }) => verb === 'create' && resource === 'pods/portforward')

  const found = await look(world)
  expect(said(found, 'ARRIVAL-BY-WAITING')[0]).toContain('resources: ["pods/portforward"], verbs: [create]')
  expect(said(found, 'What istiod alone knows')[0]).toMatch(/^unknown UNSEEN/)
})
