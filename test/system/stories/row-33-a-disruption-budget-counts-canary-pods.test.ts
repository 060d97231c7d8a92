// A disruption budget asks for three pods at least, and finds them by the labels that the canary has, too. With the canary counted,
// a drain of a node may take old pods that the budget was made to keep. Sluice warns, with the budget's name and its number.
import { describe, expect, it } from 'vitest'
import { look, objectOf, said } from '../preflight-world.ts'
import { openCart, someone } from '../story.ts'

describe('row 33: a disruption budget with a number', () => {
  it('is warned of: canary pods count for it', async () => {
    const world = await openCart()
    const budget = objectOf('PodDisruptionBudget', 'policy/v1', 'cart', { minAvailable: 3, selector: { matchLabels: { app: 'cart' } } })
    world.sandbox.apiServer.objects.create('poddisruptionbudgets.policy', budget, someone)

    expect(said(await look(world), 'BUDGET-COUNTS-CANARY')[0]).toContain('PodDisruptionBudget shop/cart: minAvailable 3')
  })
})
