import { expect, it } from 'vitest'
import { cartRun, codesOf, foundCart, observedCart } from '../cart.contract.ts'
import type { Goal } from '../goal.ts'
import { plan } from './plan.ts'

const now = '2026-01-01T00:00:00.000Z'
const beta: Goal = { to: 'headerRoute', name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], fixed: false }
const mirror = (percent: number, allowUnsafeMethods = true): Goal => ({ to: 'mirror', percent, allowUnsafeMethods, fixed: false })
const split = (canary: number): Goal => ({
  to: 'split',
  fixed: false,
  rows: [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ],
})
const begun: readonly Goal[] = [{ to: 'pinned' }, { to: 'prepared', instances: { count: 1 }, fixed: false }]
const sticky = { cookie: 'cart-version', maxAge: 60 }

/** What the last of the goals writes, without what a run writes of its own. */
function writes(...goals: readonly Goal[]): readonly string[] {
  const run = cartRun()
  const planned = plan([...begun, ...goals], observedCart(), { ...run, release: { ...run.release, sticky } }, now)
  return (planned.at(-1)?.writes ?? []).map(write => write.says).filter(says => !/Lease|mark of|ownership/.test(says))
}

const route = 'VirtualService shop/cart-virtualservice'

it('scales the canary for copies as for a share, and for both together', () => {
  expect(writes(mirror(50))).toEqual(['Deployment shop/cart-canary: 2 pods', `${route}: 50 % of the requests copied to the canary`])
  expect(writes(mirror(50), split(25))).toEqual([
    'Deployment shop/cart-canary: 3 pods',
    `${route}: canary 25, stable 75, users stay on their side (cookie cart-version)`,
  ])
})

it('writes nothing for what stands, and takes away what does not', () => {
  expect(writes(beta, beta)).toEqual([])
  expect(writes(beta, { ...beta, match: [] })).toEqual([`${route}: header route beta taken away`])
  expect(writes(mirror(10), mirror(0))).toEqual([`${route}: mirror taken away`])
})

it('gives everybody back in one write, those who are told apart with the others', () => {
  expect(writes(beta, mirror(10), split(25), { to: 'returned', now: false })[0]).toBe(
    `${route}: stable 100, canary 0, header route beta taken away, mirror taken away, users no longer kept on their side`,
  )
  expect(writes(beta, { to: 'returned', now: false })[0]).toBe(`${route}: stable 100, canary 0, header route beta taken away`)
})

it('removes a canary only behind what led to it', () => {
  const [first, second] = writes(beta, { to: 'canaryRemoved' })

  expect([first, second]).toEqual([`${route}: stable 100, canary 0, header route beta taken away`, 'Deployment shop/cart-canary: deleted'])
})

it('is looked at before the first write', () => {
  expect(codesOf(foundCart(), {}, [mirror(10, false)])).toEqual(['refuse SL-TRAFFIC-UNSAFE-MIRROR'])
  expect(codesOf(foundCart(), {}, [mirror(10), beta, split(10)])).toEqual([])
})
