import { afterEach, expect, it } from 'vitest'
import { pretend, reached, standing, step } from './pretended.contract.ts'
import { after, closeStory, command, goals, split, start, view, world } from './story.contract.ts'

afterEach(closeStory)

it('behind an irreversible step a watch that finds something asks before it goes back', async () => {
  const pretended = pretend()
  let lose = (): void => {}
  pretended.watch = () =>
    new Promise(resolve => (lose = () => resolve({ found: 'sideLost', side: 'canary', says: 'canary has no pod left' })))
  await start(pretended, [split(10, { irreversible: true }), step('wait', { for: 3_600_000 })])
  await after(10_000)

  lose()
  await after(10_000)
  expect(goals(pretended)).toEqual(['1 split'])
  expect(await view()).toMatchObject({ status: 'waiting', question: { step: 'around/first' } })
  await command({ do: 'answer', answer: 'back', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
})

it('hazard 7: an edit that the watch sees stops the steps and asks; retry goes on', async () => {
  const pretended = pretend()
  let edit = (): void => {}
  let rounds = 0
  pretended.watch = (_, context) =>
    ++rounds === 1
      ? new Promise(resolve => (edit = () => resolve({ found: 'foreignEdit', says: 'Deployment shop/cart: somebody edited it.' })))
      : standing(context)
  await start(pretended, [split(10), step('wait', { for: 60_000 }), split(50)])
  await after(10_000)

  edit()
  await after(600_000)
  expect(goals(pretended)).toEqual(['1 split'])
  expect(await view()).toMatchObject({
    status: 'waiting',
    exit: 3,
    question: { answers: [{ name: 'retry' }, { name: 'keepEdit' }, { name: 'back' }] },
  })
  await command({ do: 'answer', answer: 'retry', who: 'ada' })
  await after(60_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 atRest'])
  expect(rounds).toBe(2)
})

it('weights that were put back can be gone on with or gone back from; there is no edit left to keep', async () => {
  const pretended = pretend()
  const says = 'VirtualService shop/cart: somebody wrote its weights'
  let rounds = 0
  pretended.watch = (_, context) =>
    ++rounds === 1 ? Promise.resolve({ found: 'drift', says, drift: [], endangers: false, putBack: true }) : standing(context)
  await start(pretended, [split(10), step('wait', { for: 60_000 }), split(50)])
  await after(10_000)

  expect((await view()).question?.answers).toMatchObject([{ name: 'retry', means: 'go on with the split of the run' }, { name: 'back' }])
  await command({ do: 'answer', answer: 'retry', who: 'ada' })
  await after(60_000)

  expect(await view()).toMatchObject({ status: 'done' })
})

it('a question of the watch is answered by the step that the view names', async () => {
  const pretended = pretend()
  let rounds = 0
  pretended.watch = (_, context) =>
    ++rounds === 1 ? Promise.resolve({ found: 'foreignEdit', says: 'Deployment shop/cart: somebody edited it.' }) : standing(context)
  await start(pretended, [split(10), step('wait', { for: 60_000 }), split(50)])
  await after(10_000)
  const { question } = await view()

  await command({ do: 'answer', answer: 'retry', step: question?.step, who: 'ada' })
  await after(60_000)

  expect(question?.step).toMatch(/^watch\//)
  expect(await view()).toMatchObject({ status: 'done' })
})

it('what a watch asks is shown before an approval, which stands still meanwhile and is shown again behind it', async () => {
  const pretended = pretend()
  let rounds = 0
  pretended.watch = (_, context) =>
    ++rounds === 1 ? Promise.resolve({ found: 'foreignEdit', says: 'Deployment shop/cart: somebody edited it.' }) : standing(context)
  await start(pretended, [split(10), step('approval', { groups: [], expires: 7_200_000, onExpiry: 'reject' })])
  await after(10_000)

  expect((await view()).question).toMatchObject({ question: 'Deployment shop/cart: somebody edited it. What now?' })
  expect((await view()).waiting).toMatchObject({ for: 'an answer' })
  await command({ do: 'answer', answer: 'retry', who: 'ada' })
  await after(10_000)
  expect((await view()).waiting).toMatchObject({ for: 'an approval' })
  await command({ do: 'approve', who: 'ada' })
  await after(60_000)

  expect(await view()).toMatchObject({ status: 'done' })
})

it('back, said to a step, goes back at once though the watch asks too, and withdraws what the watch asks', async () => {
  const pretended = pretend()
  let find = (): void => undefined
  pretended.watch = () =>
    new Promise(resolve => (find = () => resolve({ found: 'foreignEdit', says: 'Deployment shop/cart: somebody edited it.' })))
  pretended.reach = ({ goal }) =>
    goal.to === 'split' ? { ...reached(''), is: 'asks', question: 'Somebody edited it.', answers: ['retry'] } : reached(goal.to)
  await start(pretended, [split(10)])
  await after(5000)
  find()
  await after(5000)
  expect(await view()).toMatchObject({ status: 'waiting' })

  await command({ do: 'answer', answer: 'back', step: 'canary/deploy/1', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(await view()).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-SENT-BACK', facts: { by: 'ada' } } })
})

it('a watch that the world interrupts is opened again, and nothing goes back for it', async () => {
  const pretended = pretend()
  let rounds = 0
  pretended.watch = (_, context) => {
    if (++rounds < 3) throw world('API server: away')
    return standing(context)
  }
  await start(pretended, [split(10), step('wait', { for: 60_000 })])

  await after(120_000)

  expect(rounds).toBe(3)
  expect(await view()).toMatchObject({ status: 'done' })
})

it('goes back when a proxy rejects the route', async () => {
  const pretended = pretend()
  pretended.watch = async () => ({ found: 'rejected', says: 'istio-ingressgateway-6f rejects the route: no clusters' })
  await start(pretended, [split(10), step('wait', { for: 60_000 })])

  await after(60_000)

  expect(goals(pretended).at(-1)).toMatch('returned')
  expect(await view()).toMatchObject({ failure: { message: 'Execution k3f9: istio-ingressgateway-6f rejects the route: no clusters.' } })
})
