import { expect, it } from 'vitest'
import { deployment, facts, fine, said } from './cart-facts.contract.ts'

const steps = [{ name: 'Rollout Deployment', goals: [{ to: 'promoted', traffic: 'reset' }] }] as const
const sleeping = (seconds: number) =>
  deployment('2.0.0', { spec: { containers: [{ name: 'cart', lifecycle: { preStop: { sleep: { seconds } } } }] } })

it('loses requests where pods stop at once, which is said before the run', () => {
  expect(said('roll', facts({ steps, next: sleeping(0) }))).toEqual(['warn ROLL-LOSES'])
  expect(said('roll', facts({ steps, next: sleeping(5) }))).toEqual(['warn ROLL-LOSES'])
})

it('is fine where pods wait longer than the mesh needs to forget them', () => {
  expect(fine('roll', facts({ steps, next: sleeping(12) }))).toEqual([
    'pods wait 12 s before they stop, longer than the mesh needs to forget them',
  ])
})

it("is nobody's worry where the canary carries the traffic meanwhile", () => {
  expect(fine('roll', facts())).toEqual(['no pod is replaced while it has requests'])
})
