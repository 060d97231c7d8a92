import { describe, expect, it } from 'vitest'
import type { GoalRow } from '#model/release/index.ts'
import { against, facts, object, rule, said } from './cart-facts.contract.ts'

type To = GoalRow['to']
const half = (to: To, weight = 50) => ({
  name: 'Europe first',
  goals: [
    {
      to: 'split' as const,
      rows: [
        { to, weight },
        { to: 'stable' as const, weight: 100 - weight },
      ],
      fixed: false,
    },
  ],
})
const roll = { name: 'Rollout', goals: [{ to: 'promoted' as const, traffic: 'auto' as const }] }
const europe = object('DestinationRule', 'cart', { host: 'cart-svc', subsets: [{ name: 'eu', labels: { zone: 'eu' } }] })
const told = (of: ReturnType<typeof facts>) => against('route', of).map(({ level, message }) => `${level}: ${message}`)

describe('destinations that steps name', () => {
  it('are refused where their Service is not there: their share would get 503', () => {
    expect(told(facts({ steps: [half({ host: 'crt-svc' })] }))).toEqual([
      'refuse: Step "Europe first": Service shop/crt-svc is not there, so the share that it gives there would be answered 503.',
    ])
    expect(said('route', facts({ steps: [half({ host: 'cart-svc' })] }))).toEqual([])
    expect(said('route', facts({ steps: [half({ host: 'web.shop.svc.cluster.local' })], services: [object('Service', 'web')] }))).toEqual(
      [],
    )
  })

  it('are not looked at elsewhere, without a share, in a first deployment, and where a step makes them', () => {
    const made = { name: 'Apply', goals: [], touches: { is: 'apply' as const, present: [], fresh: [object('Service', 'web')] } }
    expect(said('route', facts({ steps: [half({ host: 'web.other.svc.cluster.local' }), half({ host: 'api.example.com' })] }))).toEqual([])
    expect(said('route', facts({ steps: [half({ host: 'web' }, 0)] }))).toEqual([])
    expect(said('route', facts({ steps: [half({ host: 'web' })], first: true }))).toEqual([])
    expect(said('route', facts({ steps: [made, half({ host: 'web' })] }))).toEqual([])
  })

  it('are refused where the rule that counts has no such subset', () => {
    const steps = [half({ host: 'cart-svc', subset: 'eu' })]
    expect(told(facts({ steps }))).toEqual([
      'refuse: Step "Europe first": DestinationRule shop/cart has no subset eu, so the share that it gives there would be answered 503.',
    ])
    expect(told(facts({ steps: [half({ host: 'web', subset: 'eu' })], services: [object('Service', 'web')] }))).toEqual([
      'refuse: Step "Europe first": no DestinationRule for web has a subset eu, so the share that it gives there would be answered 503.',
    ])
    expect(said('route', facts({ steps, rule: { before: europe, after: europe } }, { destinationRules: { items: [europe] } }))).toEqual([])
    expect(
      said('route', facts({ steps, rule: { before: rule, after: rule } }, { destinationRules: { items: [], unseen: 'forbidden' } })),
    ).toEqual([])
  })

  it('may be of the new version behind the roll only: until then the rule is as it lives', () => {
    const split = half({ host: 'cart-svc', subset: 'eu' })
    const brought = { rule: { before: rule, after: europe } }
    expect(said('route', facts({ ...brought, steps: [split, roll] }))).toEqual(['refuse NOWHERE'])
    expect(said('route', facts({ ...brought, steps: [roll, split] }))).toEqual([])
  })
})
