import { expect, it } from 'vitest'
import type { Cause, PastCall } from '#control-plane/engine/index.ts'
import { step, workflowOf } from './pretended.contract.ts'
import { numbersGiven, planRetreat, shareGiven } from './retreat.ts'

const split = step('trafficSplit', { rows: [{ to: 'stable', weight: 100 }] })
const workflow = workflowOf(
  { name: 'Eu', release: 'cart@eu', sections: { deploy: [split, split] }, rollback: [step('wait', { for: 1 })] },
  { name: 'Us', release: 'cart@us', sections: { deploy: [split] }, rollback: [step('wait', { for: 2 })] },
)
const aborted: Cause = { is: 'aborted', now: false, by: 'ada' }
const failed: Cause = { is: 'failed', failure: { code: 'SL-X', blame: 'world', message: 'no', todo: '', facts: {} } }
const goal = (path: string): PastCall => ({ name: `${path}/split`, did: 'task', type: 'release/reach-goal', is: 'done' })
const reaction = (path: string, value: object): PastCall => ({
  name: `${path}/reaction`,
  did: 'record',
  is: 'done',
  output: { step: path, ...value },
})
const rollbacks = (past: readonly PastCall[], cause: Cause = aborted) =>
  planRetreat(workflow, past, cause).rollback.map(each => each.phase.id)

it('takes back every release that was begun, and only those', () => {
  expect(planRetreat(workflow, [goal('eu/deploy/1')], aborted)).toMatchObject({
    returning: ['cart@eu'],
    staying: [],
    now: false,
    asksFirst: false,
  })
  expect(planRetreat(workflow, [], aborted).returning).toEqual([])
})

it('runs the rollback steps of every phase that began, the last one first', () => {
  expect(rollbacks([goal('eu/deploy/1')])).toEqual(['eu'])
  expect(rollbacks([goal('eu/deploy/1'), goal('us/deploy/1')])).toEqual(['us', 'eu'])
})

it('does not take a step for begun whose condition was false', () => {
  const skipped: PastCall[] = [
    { name: 'eu/deploy/1/began', did: 'record', is: 'done', output: 1 },
    { name: 'eu/deploy/1/ended', did: 'record', is: 'done', output: { is: 'skipped' } },
  ]

  expect(rollbacks(skipped)).toEqual([])
})

it('rolls back one phase: its release returns, the others stay', () => {
  const past = [goal('eu/deploy/1'), goal('us/deploy/1'), reaction('us/deploy/1', { do: 'rollbackPhase' })]

  expect(planRetreat(workflow, past, failed)).toMatchObject({ returning: ['cart@us'], staying: ['cart@eu'] })
  expect(rollbacks(past, failed)).toEqual(['us'])
})

it('rolls back the phases that share a release together', () => {
  const shared = workflowOf(
    { name: 'A', sections: { s: [split] }, rollback: [split] },
    { name: 'B', sections: { s: [split] }, rollback: [split] },
  )
  const past = [goal('a/s/1'), goal('b/s/1'), reaction('b/s/1', { do: 'rollbackPhase' })]

  const retreat = planRetreat(shared, past, failed)

  expect(retreat).toMatchObject({ returning: ['cart@eu'], staying: [] })
  expect(retreat.rollback.map(each => each.phase.id)).toEqual(['b', 'a'])
})

it('runs no rollback steps where the strategy is abort', () => {
  expect(rollbacks([goal('eu/deploy/1'), reaction('eu/deploy/1', { do: 'abort' })], failed)).toEqual([])
})

it('is in a hurry where the person is, and keeps an edit where a person wants that', () => {
  expect(planRetreat(workflow, [goal('eu/deploy/1')], { ...aborted, now: true }).now).toBe(true)
  const found: Cause = { is: 'found', watch: 'cart@eu', found: { found: 'foreignEdit', answer: 'keepEdit' } }
  expect(planRetreat(workflow, [goal('eu/deploy/1')], found).keepEdit).toBe(true)
})

it('asks first behind an irreversible step, unless a person decided it', () => {
  const migration = { ...split, irreversible: true }
  const workflowWithMigration = workflowOf({ name: 'Eu', sections: { deploy: [migration] } })
  const past = [goal('eu/deploy/1')]
  const found: Cause = { is: 'found', watch: 'cart@eu', found: { found: 'sideLost' } }

  expect(planRetreat(workflowWithMigration, past, found).asksFirst).toBe(true)
  expect(planRetreat(workflowWithMigration, past, aborted).asksFirst).toBe(false)
  expect(
    planRetreat(workflowWithMigration, [...past, reaction('eu/deploy/1', { do: 'rollbackWorkflow', by: 'ada' })], failed).asksFirst,
  ).toBe(false)
})

it('asks first once it cleans up, but not where the second workload has lost its pods while it still had users', () => {
  const past = [goal('eu/deploy/1'), goal('around/rest/cart@eu')]
  const lost = (side: string): Cause => ({ is: 'found', watch: 'cart@eu', found: { found: 'sideLost', side } })

  expect(planRetreat(workflow, past, lost('stable')).asksFirst).toBe(true)
  expect(planRetreat(workflow, past, { is: 'found', watch: 'cart@eu', found: { found: 'rejected' } }).asksFirst).toBe(true)
  expect(planRetreat(workflow, past, lost('canary')).asksFirst).toBe(false)
})

it('counts the goals of a release, so that the way back takes a higher number', () => {
  const past = [
    goal('eu/deploy/1'),
    goal('eu/deploy/2'),
    { ...goal('eu/deploy/2'), name: 'eu/deploy/2/again-2/split' },
    goal('us/deploy/1'),
    goal('around/rest/cart@eu'),
  ]

  expect([numbersGiven(workflow, past, 'cart@eu'), numbersGiven(workflow, past, 'cart@us')]).toEqual([4, 1])
})

it('remembers what the last split that a step has ended with gave to the canary', () => {
  const to = (canary: number) =>
    step('trafficSplit', {
      rows: [
        { to: 'stable', weight: 100 - canary },
        { to: 'canary', weight: canary },
      ],
    })
  const blueGreen = workflowOf({ name: 'A', sections: { s: [to(40), step('swapServices', {})] } })
  const ended = (path: string, is: string): PastCall => ({ name: `${path}/ended`, did: 'record', is: 'done', output: { is } })
  const given = (...past: readonly PastCall[]) => shareGiven(blueGreen, past, blueGreen.releases[0]?.id ?? '')

  expect(given()).toBe(0)
  expect(given(ended('a/s/1', 'done'))).toBe(40)
  expect(given(ended('a/s/1', 'done'), ended('a/s/2', 'failed'))).toBe(40)
  expect(given(ended('a/s/1', 'done'), ended('a/s/2', 'done'))).toBe(100)
})
