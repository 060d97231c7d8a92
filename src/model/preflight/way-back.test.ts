import { expect, it } from 'vitest'
import { against, facts, fine } from './cart-facts.contract.ts'

const words = 'admission webhook "freeze.acme.io" refuses to let us patch it: no changes in December'

it('refuses the run where the server would refuse the way back, in its words', () => {
  const wayBack = [{ object: 'VirtualService shop/cart', refused: words }, { object: 'DestinationRule shop/cart' }]
  expect(against('wayBack', facts({}, { wayBack }))).toMatchObject([
    {
      level: 'refuse',
      code: 'SL-PREFLIGHT-WAY-BACK-REFUSED',
      message: `VirtualService shop/cart: the API server would refuse the way back: ${words}`,
    },
  ])
})

it('leaves a missing right to the finding that names the steps which need it', () => {
  const wayBack = [{ object: 'VirtualService shop/cart', refused: 'we may not patch', forbidden: true }]
  const need = { verb: 'patch', apiVersion: 'v1', kind: 'VirtualService', steps: [] } as const
  const missing = { is: 'asked', asked: 1, missing: [{ need, resource: 'virtualservices' }] } as const

  expect(against('wayBack', facts({}, { wayBack, rights: missing }))).toEqual([])
  expect(fine('wayBack', facts({}, { wayBack, rights: missing }))).toEqual([])
  expect(against('wayBack', facts({}, { wayBack }))).toHaveLength(1)
})

it('says what was tried, and that a first deployment has nothing to go back to', () => {
  expect(fine('wayBack', facts())).toEqual(['dry-run on the server: VirtualService shop/cart'])
  expect(fine('wayBack', facts({ first: true }, { wayBack: [] }))).toEqual(['a first deployment: a failure removes what it created'])
})
