import { afterEach, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'
import { pretend, reached, standing, step, type Pretended } from './pretended.contract.ts'
import {
  after,
  closeStory,
  command,
  failing,
  goals,
  orders,
  reportNow,
  split,
  start,
  startPhases,
  statuses,
  strategy,
  view,
  world,
} from './story.contract.ts'

afterEach(closeStory)

it('behind an irreversible step nothing goes back unless a person says so, however long it takes', async () => {
  const pretended = failing(9)
  await start(pretended, [step('wait', { for: 1 }, { irreversible: true }), split(10)])
  await after(3 * 86_400_000)
  expect(goals(pretended)).toEqual(['1 split'])
  expect(await view()).toMatchObject({ status: 'waiting', question: { waiting: { next: 'the question is asked again' } } })

  await command({ do: 'answer', answer: 'back', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
})

it('hurries on the way back when a person asks for it: a higher goal, all at once', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }, context) => (goal.to === 'returned' && !goal.now ? standing(context) : reached(goal.to)),
  }
  await start(pretended, [split(10), step('wait', { for: 60_000 })])
  await after(1_000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(60_000)
  expect(await view()).toMatchObject({ status: 'returning' })
  // Once more changes nothing, and is no mistake.
  expect(await orders({ do: 'abort', now: false, who: 'bob' })).toEqual({ messages: [], says: 'it is on the way back already' })
  const underWay = '"Way back" is under way: its shares are told when it is done (sluice status shows them now)'
  expect((await reportNow()).notes).toContain(underWay)

  await command({ do: 'abort', now: true, who: 'ada', why: 'it burns' })
  await after(60_000)

  expect(pretended.goals.slice(-2).map(({ number, goal }) => [number, goal])).toEqual([
    [2, { to: 'returned', now: false }],
    [10_002, { to: 'returned', now: true }],
  ])
  expect(await view()).toMatchObject({ status: 'returned', exit: 1 })
  expect((await reportNow()).notes).not.toContain(underWay)
})

it('hurries above every attempt that was made before: none of them stops it', async () => {
  let attempts = 0
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }, context) => {
      if (goal.to !== 'returned' || goal.now) return reached(goal.to)
      if (++attempts < 4) throw world('istiod: its webhook does not answer')
      return standing(context)
    },
  }
  await start(pretended, [split(10), step('wait', { for: 60_000 })])
  await after(1_000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(60_000)

  await command({ do: 'abort', now: true, who: 'ada', why: 'it burns' })
  await after(1_000)

  const numbers = pretended.goals.map(({ number }) => number)
  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'returned', now: true })
  expect(numbers.at(-1)).toBeGreaterThan(Math.max(...numbers.slice(0, -1)))
  expect(await view()).toMatchObject({ status: 'returned', exit: 1 })
})

it('hazard 22: the way back tries for as long as the world refuses, ever higher, and a person may end that', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => {
      if (goal.to === 'returned') throw world('istiod: its webhook does not answer')
      return reached(goal.to)
    },
  }
  await start(pretended, [split(10), step('wait', { for: 60_000 })])
  await after(1_000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(600_000)
  expect(pretended.goals.length).toBeGreaterThan(8)
  expect(await view()).toMatchObject({
    status: 'returning',
    waiting: { for: 'the world to let it: istiod: its webhook does not answer', next: 'tries again' },
  })

  await command({ do: 'answer', answer: 'giveUp', who: 'ada' })
  await after(10_000)

  expect(await view()).toMatchObject({ status: 'stranded', exit: 4, failure: { code: 'SL-EXECUTION-GIVEN-UP' } })
})

it('a way back that takes longer than an hour says so, and what holds it; days of thinking before it do not count', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => {
      if (goal.to === 'returned') throw world('istiod: its webhook does not answer')
      if (goal.to === 'canaryRemoved') throw world('API server: away')
      return reached(goal.to)
    },
  }
  await start(pretended, [split(10), step('wait', { for: 1 }, { irreversible: true }), step('canaryDelete', {})])
  await after(2 * 86_400_000)
  await command({ do: 'answer', answer: 'back', who: 'ada' })
  await after(60_000)
  expect(await view()).toMatchObject({ status: 'returning' })

  await after(3_600_000)

  expect(await view()).toMatchObject({
    status: 'stranded',
    exit: 4,
    says: expect.stringMatching(/^Way back: istiod: its webhook does not answer \(on the way back for 1 h 1 m, longer than it should take/),
    waiting: { for: 'the world to let it: istiod: its webhook does not answer', next: 'tries again' },
  })
})

it('runs rollback steps after the routing is back, whether they fail or not', async () => {
  const order: string[] = []
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => {
      order.push(goal.to)
      return reached(goal.to)
    },
    measure: ({ side }) => {
      order.push(`check ${side}`)
      return { verdict: side === 'stable' ? 'bad' : 'good', says: '9 of 10 failed', requests: 10, errors: 9 }
    },
  }
  const check = (version: string): ResolvedStep =>
    step('check', { version, errorRate: { max: 0.1 }, over: 1000, minRequests: 1, onBad: 'fail', onFewRequests: 'pass' })
  await start(pretended, [split(10), step('wait', { for: 60_000 })], { rollback: [check('stable'), check('canary')] })
  await after(1_000)

  await command({ do: 'abort', now: false, who: 'ada' })
  await after(60_000)

  expect(order).toEqual(['split', 'returned', 'check stable', 'check canary'])
  expect(await view()).toMatchObject({ status: 'returned', exit: 1 })
  expect(await statuses()).toEqual(['done', 'stopped', 'failed', 'done'])
})

it('a step that the way back stopped has lasted until then', async () => {
  await start(pretend(), [split(10), step('wait', { for: 60_000 })])
  await after(1000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(60_000)

  const [, waited] = (await view()).phases.flatMap(phase => phase.sections.flatMap(section => section.steps))
  expect(waited).toMatchObject({ status: 'stopped' })
  expect(Date.parse(waited?.ended ?? '') - Date.parse(waited?.started ?? '')).toBeLessThanOrEqual(1000)
})

it('a run that somebody restored while it cleaned up ends returned, and asks nobody; other releases keep the new version', async () => {
  const message = 'Release cart-us: somebody took it back with sluice restore.'
  const restored = new Failure({ code: 'SL-RELEASE-RESTORED', blame: 'user', message, todo: '', facts: { keepEdit: true } })
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal, release }) => {
      if (goal.to === 'atRest' && release.name === 'cart-us') throw restored
      return reached(goal.to)
    },
  }
  await startPhases(
    pretended,
    { name: 'Eu', release: 'cart@eu', sections: { deploy: [split(10)] } },
    { name: 'Us', release: 'cart@us', sections: { deploy: [split(20)] } },
  )

  await after(10_000)

  expect(pretended.goals.slice(3).map(({ release, number, goal }) => [release, number, goal])).toEqual([
    ['cart-us', 2, { to: 'atRest' }],
    ['cart-us', 3, { to: 'returned', now: false, keepEdit: true }],
    ['cart-eu', 3, { to: 'atRest' }],
  ])
  expect(await view()).toMatchObject({ status: 'returned', exit: 1, failure: { message } })
})

it('rolls back one phase only: its release returns, the others are cleaned up and keep the new version', async () => {
  const pretended = failing(0)
  const fail = split(20, { onFailure: strategy({ do: 'rollbackPhase' }) })
  pretended.reach = ({ goal, release }) => {
    if (goal.to === 'split' && release.name === 'cart-us') throw world('us: away')
    return reached(goal.to)
  }
  await startPhases(
    pretended,
    { name: 'Eu', release: 'cart@eu', sections: { deploy: [split(10)] } },
    { name: 'Us', release: 'cart@us', sections: { deploy: [fail] } },
  )

  await after(60_000)

  expect(pretended.goals.map(({ to, release, number }) => `${release} ${number} ${to}`)).toEqual([
    'cart-eu 1 split',
    'cart-us 1 split',
    'cart-us 2 returned',
    'cart-eu 2 atRest',
  ])
  expect(await view()).toMatchObject({ status: 'returned', exit: 1 })
})
