import { afterEach, expect, it } from 'vitest'
import type { Reached } from '#protocol/index.ts'
import { pretend, reached, step, type Pretended } from './pretended.contract.ts'
import { after, closeStory, command, goals, split, start, view } from './story.contract.ts'

afterEach(closeStory)

const asks = (answers: readonly string[]): Reached => ({
  is: 'asks',
  question: 'Deployment shop/cart: somebody edited it.',
  answers: [...answers],
  writes: 0,
  calls: 1,
})

/** A world in which the delegate asks about a goal until it may keep the edit, or until the edit is undone. */
function edited(to: string) {
  const state = { undone: false }
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) =>
      goal.to === to && !state.undone && !('keepEdit' in goal && goal.keepEdit) ? asks(['retry', 'keepEdit']) : reached(goal.to),
  }
  return { pretended, state }
}

it('asks a person what the delegate asks, and tries the goal again when that is the answer', async () => {
  const { pretended, state } = edited('split')
  await start(pretended, [split(10)])
  await after(10_000)
  expect((await view()).question).toMatchObject({
    question: 'Deployment shop/cart: somebody edited it.',
    answers: [{ name: 'retry' }, { name: 'keepEdit' }, { name: 'back' }],
  })

  state.undone = true
  await command({ do: 'answer', answer: 'retry', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 atRest'])
})

it('goes back with the edit kept, where a person answers so in the middle of a run', async () => {
  const { pretended } = edited('split')
  await start(pretended, [split(10)])
  await after(10_000)

  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'returned', now: false, keepEdit: true })
})

it('keeps the edit at the end of a run, where a person answers so', async () => {
  const { pretended } = edited('atRest')
  await start(pretended, [split(10)])
  await after(10_000)

  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'atRest', keepEdit: true })
  expect(await view()).toMatchObject({ status: 'done' })
})

it('asks about an edit once: what was answered at one step holds for the ones behind it, and for an abort', async () => {
  const asking = new Set(['canaryRemoved', 'atRest', 'returned'])
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => (asking.has(goal.to) && !('keepEdit' in goal && goal.keepEdit) ? asks(['retry', 'keepEdit']) : reached(goal.to)),
  }
  await start(pretended, [split(10), step('canaryDelete', {}), step('wait', { for: 60_000 })])
  await after(10_000)
  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  await command({ do: 'abort', now: true, who: 'bob' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 canaryRemoved', '3 canaryRemoved', '4 returned'])
  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'returned', now: true, keepEdit: true })
  expect(await view()).toMatchObject({ status: 'returned', question: undefined })
})

it('an edit that is kept at one step is kept by the clean-up, too', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => (goal.to !== 'split' && !('keepEdit' in goal && goal.keepEdit) ? asks(['retry', 'keepEdit']) : reached(goal.to)),
  }
  await start(pretended, [split(10), step('canaryDelete', {})])
  await after(10_000)
  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 canaryRemoved', '3 canaryRemoved', '4 atRest'])
  expect(await view()).toMatchObject({ status: 'done' })
})

it('an abort in a hurry, while the way back asks about an edit, waits for that same answer', async () => {
  const { pretended } = edited('returned')
  await start(pretended, [split(10), step('wait', { for: 60_000 })])
  await after(10_000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(10_000)
  const { question } = await view()

  await command({ do: 'abort', now: true, who: 'bob' })
  await after(10_000)
  expect((await view()).question).toEqual(question)
  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'returned', now: true, keepEdit: true })
  expect(await view()).toMatchObject({ status: 'returned', question: undefined })
})

it('a delegate that asks about an edit that is kept asks a person, and does not go round', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: ({ goal }) => (goal.to === 'returned' ? asks(['retry', 'keepEdit']) : reached(goal.to)),
  }
  await start(pretended, [split(10), step('wait', { for: 60_000 })])
  await after(10_000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(10_000)
  const { question } = await view()

  await command({ do: 'answer', answer: 'keepEdit', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned', '3 returned'])
  expect(pretended.goals.at(-1)?.goal).toEqual({ to: 'returned', now: false, keepEdit: true })
  const again = (await view()).question
  expect(again).toMatchObject({ question: question?.question, answers: question?.answers })
  expect(again?.id).not.toBe(question?.id)
})

it('goes back where nobody answers for a day', async () => {
  const { pretended } = edited('split')
  await start(pretended, [split(10)])

  await after(86_400_000 + 60_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(await view()).toMatchObject({
    failure: { code: 'SL-EXECUTION-SENT-BACK', message: expect.stringContaining('Answered by nobody in time: back') },
  })
})

it('never goes back from cleaning up by itself: users are where they belong', async () => {
  const { pretended } = edited('atRest')
  await start(pretended, [split(10)])

  await after(5 * 86_400_000)

  expect(new Set(goals(pretended).map(goal => goal.split(' ')[1]))).toEqual(new Set(['split', 'atRest']))
  expect(await view()).toMatchObject({ status: 'waiting' })
})
