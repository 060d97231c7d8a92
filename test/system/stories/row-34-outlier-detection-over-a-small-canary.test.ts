// The route's rule ejects pods that answer with errors. With one or two canary pods, a few errors empty the whole subset: 503 for
// its share. Zones whose traffic is distributed by hand lose their endpoints in the same way (tested beside its code). Sluice warns
// before the run, with the number of pods that the canary begins with.
import { describe, expect, it } from 'vitest'
import { look, said } from '../preflight-world.ts'
import { destinationRules, openCart, someone } from '../story.ts'

describe('row 34: outlier detection over one canary pod', () => {
  it('is warned of', async () => {
    const world = await openCart()
    const rule = { namespace: 'shop', name: 'cart-destinationrule' }
    const outliers = { spec: { trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } } }
    world.sandbox.apiServer.objects.patch(destinationRules, rule, outliers, someone)

    expect(said(await look(world), 'FEW-FOR-OUTLIERS')[0]).toContain('the canary begins with 1 pod')
  })
})
