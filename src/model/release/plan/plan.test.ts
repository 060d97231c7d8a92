import { expect, it } from 'vitest'
import { cartRun, foundCart, observedCart } from '../cart.contract.ts'
import type { Goal } from '../goal.ts'
import { valueAt } from '../leaves.ts'
import { plan } from './plan.ts'

const split = (canary: number): Goal => ({
  to: 'split',
  fixed: false,
  rows: [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ],
})
const forward: readonly Goal[] = [
  { to: 'pinned' },
  { to: 'prepared', instances: { percent: 25 }, fixed: false },
  split(10),
  split(50),
  { to: 'promoted', traffic: 'canary' },
  { to: 'canaryRemoved' },
  { to: 'atRest' },
]
const now = '2026-01-01T00:00:00.000Z'
const says = (goals: readonly Goal[]): readonly (readonly string[])[] =>
  plan(goals, observedCart(), cartRun(), now).map(planned => planned.writes.map(write => write.says))

it('plans a whole canary in the order of the protocol', () => {
  expect(says(forward)).toMatchInlineSnapshot(`
    [
      [
        "Lease shop/sluice-release-cart: taken",
        "Lease shop/sluice-route-cart-virtualservice: taken",
        "ConfigMap shop/sluice-record-cart: sluice-record-cart tells how to restore",
        "Deployment shop/cart: paused: nobody's edit rolls while the run holds it",
        "DestinationRule shop/cart-destinationrule: subsets canary, and stable for pods of h1",
        "VirtualService shop/cart-virtualservice: stable 100, canary 0",
      ],
      [
        "Deployment shop/cart-canary: created with 0 pods",
        "Deployment shop/cart-canary: 1 pods",
      ],
      [
        "VirtualService shop/cart-virtualservice: canary 10, stable 90",
      ],
      [
        "Deployment shop/cart-canary: 2 pods",
        "VirtualService shop/cart-virtualservice: canary 50, stable 50",
      ],
      [
        "Deployment shop/cart-canary: 4 pods",
        "VirtualService shop/cart-virtualservice: stable 0, canary 100",
        "Deployment shop/cart: adopted: fields of one-shot tools become ours",
        "Deployment shop/cart: template of version 2.0.0",
        "Deployment shop/cart: unpaused",
        "Deployment shop/cart: paused: nobody's edit rolls while the run holds it",
        "DestinationRule shop/cart-destinationrule: subsets canary, and stable for pods of <hash of cart 1k4xjuu>",
        "VirtualService shop/cart-virtualservice: stable 50, canary 50",
        "VirtualService shop/cart-virtualservice: stable 100, canary 0",
      ],
      [
        "Deployment shop/cart-canary: deleted",
        "VirtualService shop/cart-virtualservice: destinations as they are at rest",
        "DestinationRule shop/cart-destinationrule: subsets of the run removed",
        "Deployment shop/cart: unpaused",
      ],
      [
        "VirtualService shop/cart-virtualservice: ownership of its fields given back",
        "ConfigMap shop/sluice-record-cart: tells that the run is over",
        "Lease shop/sluice-release-cart: given back",
        "Lease shop/sluice-route-cart-virtualservice: given back",
        "Deployment shop/cart: mark of the run removed",
        "DestinationRule shop/cart-destinationrule: mark of the run removed",
        "VirtualService shop/cart-virtualservice: mark of the run removed",
      ],
    ]
  `)
})

it('marks the goal behind which nobody goes back in an instant', () => {
  const ends = plan(forward, observedCart(), cartRun(), now).map(planned => planned.endsInstantReturn)

  expect(ends).toEqual([false, false, false, false, true, false, false])
})

it('returns from any split in versions: users first, then the world as it was', () => {
  expect(says([...forward.slice(0, 4), { to: 'returned', now: false }]).at(-1)).toMatchInlineSnapshot(`
    [
      "VirtualService shop/cart-virtualservice: stable 100, canary 0",
      "Deployment shop/cart-canary: deleted",
      "VirtualService shop/cart-virtualservice: destinations as they are at rest",
      "DestinationRule shop/cart-destinationrule: subsets of the run removed",
      "Deployment shop/cart: unpaused",
      "VirtualService shop/cart-virtualservice: ownership of its fields given back",
      "ConfigMap shop/sluice-record-cart: tells that the run is over",
      "Lease shop/sluice-release-cart: given back",
      "Lease shop/sluice-route-cart-virtualservice: given back",
      "Deployment shop/cart: mark of the run removed",
      "DestinationRule shop/cart-destinationrule: mark of the run removed",
      "VirtualService shop/cart-virtualservice: mark of the run removed",
    ]
  `)
})

it('returns behind the end of instant return by promoting the old version', () => {
  const planned = plan([...forward.slice(0, 5), { to: 'returned', now: false }], observedCart(), cartRun(), now)

  expect(planned.at(-1)?.writes.map(write => write.says)).toMatchInlineSnapshot(`
    [
      "VirtualService shop/cart-virtualservice: mark of goal 6",
      "Deployment shop/cart-canary: deleted",
      "Deployment shop/cart-canary: created with 0 pods",
      "Deployment shop/cart-canary: 4 pods",
      "VirtualService shop/cart-virtualservice: stable 0, canary 100",
      "Deployment shop/cart: template of the former version",
      "Deployment shop/cart: unpaused",
      "Deployment shop/cart: paused: nobody's edit rolls while the run holds it",
      "DestinationRule shop/cart-destinationrule: subsets canary, and stable for pods of h1",
      "VirtualService shop/cart-virtualservice: stable 100, canary 0",
      "Deployment shop/cart-canary: deleted",
      "VirtualService shop/cart-virtualservice: destinations as they are at rest",
      "DestinationRule shop/cart-destinationrule: subsets of the run removed",
      "Deployment shop/cart: unpaused",
      "VirtualService shop/cart-virtualservice: ownership of its fields given back",
      "Deployment shop/cart: ownership of its fields given back",
      "ConfigMap shop/sluice-record-cart: tells that the run is over",
      "Lease shop/sluice-release-cart: given back",
      "Lease shop/sluice-route-cart-virtualservice: given back",
      "Deployment shop/cart: mark of the run removed",
      "DestinationRule shop/cart-destinationrule: mark of the run removed",
      "VirtualService shop/cart-virtualservice: mark of the run removed",
    ]
  `)
})

it('leaves the route as it was, with its fields and their owner', () => {
  const writes = plan([...forward.slice(0, 4), { to: 'returned', now: false }], observedCart(), cartRun(), now).at(-1)?.writes ?? []
  const last = writes.filter(write => write.is === 'patch' && write.object.kind === 'VirtualService').at(-1)
  const after = last?.is === 'patch' ? last.after : undefined

  expect(after?.spec).toEqual(foundCart().routes[0]?.spec)
  expect(valueAt(after, ['metadata', 'annotations'])).toEqual(foundCart().routes[0]?.metadata.annotations)
})
