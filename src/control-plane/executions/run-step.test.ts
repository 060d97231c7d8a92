import { afterEach, beforeAll, expect, it } from 'vitest'
import { evaluateText } from '#model/expressions/index.ts'
import { pretend, reached, standing, step, type Pretended } from './pretended.contract.ts'
import { after, closeStory, command, failing, goals, split, start, statuses, strategy, view } from './story.contract.ts'

afterEach(closeStory)
// CEL is loaded when it is first needed, in real time; these stories are in virtual time.
beforeAll(() => evaluateText('${1 + 1}', {}))

it('tries again as often and as slowly as the step says, each time with a higher goal', async () => {
  const pretended = failing(2)
  await start(pretended, [split(10, { onFailure: strategy({ retry: { times: 2, every: 60_000 } }) })])

  await after(59_000)
  expect(goals(pretended)).toEqual(['1 split'])
  expect((await view()).phases[0]?.sections[0]?.steps[0]).toMatchObject({
    status: 'running',
    attempt: 1,
    waiting: { for: 'attempt 2 of 3', next: 'tries again' },
  })
  await after(120_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 split', '4 atRest'])
  expect(await view()).toMatchObject({ status: 'done', exit: 0 })
})

it('goes back when the retries are used up', async () => {
  const pretended = failing(9)
  await start(pretended, [split(10, { onFailure: strategy({ retry: { times: 1, every: 1_000 } }) })])

  await after(60_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 returned'])
  expect(await view()).toMatchObject({ status: 'returned', exit: 1, failure: { message: 'API server: away' } })
})

it('a person in the pause between two attempts may have the next one now', async () => {
  const pretended = failing(1)
  await start(pretended, [split(10, { onFailure: strategy({ retry: { times: 1, every: 600_000 } }) })])
  await after(1_000)

  await command({ do: 'retry', who: 'ada' })
  await after(1_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 atRest'])
})

it('ignores a failure where the step says so, and shows that it did', async () => {
  const pretended = failing(1)
  await start(pretended, [split(10, { onFailure: strategy({ do: 'ignore' }) }), split(50)])

  await after(60_000)

  expect(await statuses()).toEqual(['ignored', 'done'])
  expect(await view()).toMatchObject({ status: 'done', exit: 0 })
})

it('holds and asks; the answer retry tries again', async () => {
  const pretended = failing(1)
  await start(pretended, [split(10, { onFailure: strategy({ hold: { for: 3_600_000 } }) })])
  await after(10_000)
  expect(await view()).toMatchObject({
    status: 'waiting',
    exit: 3,
    question: {
      step: 'canary/deploy/1',
      question: 'API server: away What now?',
      waiting: { next: 'way back of the whole workflow', until: '2026-01-01T01:00:00.000Z' },
    },
  })

  await command({ do: 'retry', who: 'ada', why: 'it is back' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 atRest'])
})

it('holds and asks; the answer skip goes on, naming who', async () => {
  const pretended = failing(9)
  await start(pretended, [split(10, { onFailure: strategy({ hold: { for: 3_600_000 } }) })])
  await after(10_000)

  await command({ do: 'skip', who: 'ada' })
  await after(10_000)

  expect((await view()).phases[0]?.sections[0]?.steps[0]).toMatchObject({
    status: 'ignored',
    says: 'skipped by ada after: API server: away',
  })
  expect(goals(pretended)).toEqual(['1 split', '2 atRest'])
})

it('holds and asks; without an answer it does what the strategy says', async () => {
  const pretended = failing(9)
  await start(pretended, [split(10, { onFailure: strategy({ hold: { for: 3_600_000 } }) })])

  await after(3_600_000 + 60_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
})

it('P6: fails a step that is not done in its time, naming what it waited for', async () => {
  const pretended = {
    ...pretend(),
    reach: ({ goal }, context) => {
      if (goal.to !== 'split') return reached('')
      context.progress({ says: 'the split at every proxy: 2 of 3 proxies' })
      return standing(context)
    },
  } satisfies Pretended
  await start(pretended, [split(10, { timeout: 300_000 })])

  await after(299_000)
  expect(goals(pretended)).toEqual(['1 split'])
  await after(10_000)

  expect(await view()).toMatchObject({
    status: 'returned',
    failure: {
      code: 'SL-EXECUTION-STEP-TIMEOUT',
      message: 'Step "Split 10 %": not done within 5 m; it waited for the split at every proxy: 2 of 3 proxies.',
    },
  })
})

it('gives all the work of a step one time together', async () => {
  const pretended: Pretended = {
    ...pretend(),
    reach: async ({ goal }, context) => {
      if (goal.to === 'pinned') await new Promise<void>(resolve => void context.clock.after(200_000, resolve))
      return goal.to === 'prepared' ? standing(context) : reached('')
    },
  }
  await start(pretended, [step('canaryDeployment', { instances: { count: 1 }, fixed: false }, { timeout: 300_000 })])

  await after(299_000)
  expect(goals(pretended)).toEqual(['1 pinned', '2 prepared'])
  await after(2_000)

  expect(goals(pretended)).toEqual(['1 pinned', '2 prepared', '3 returned'])
})

it('pauses between two steps and resumes; a pause that nobody ends goes back after a day', async () => {
  const pretended = pretend()
  await start(pretended, [split(10), step('wait', { for: 60_000 }), split(50)])
  await after(10_000)

  await command({ do: 'pause', who: 'ada', why: 'lunch' })
  await after(600_000)
  expect(goals(pretended)).toEqual(['1 split'])
  expect(await view()).toMatchObject({ status: 'paused', waiting: { for: 'somebody to resume it', next: 'way back' } })
  await command({ do: 'resume', who: 'ada' })
  await after(1_000)
  expect(goals(pretended)).toEqual(['1 split', '2 split', '3 atRest'])
})

it('goes back when nobody ends a pause for a day', async () => {
  const pretended = pretend()
  await start(pretended, [split(10), step('wait', { for: 60_000 }), split(50)])
  await after(10_000)

  await command({ do: 'pause', who: 'ada' })
  await after(86_400_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(await view()).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-PAUSE-EXPIRED' } })
})

it('back, said to a check, goes back at once, whatever its strategy does about failures', async () => {
  const pretended: Pretended = { ...pretend(), measure: () => ({ verdict: 'bad', says: '9 of 10 failed', requests: 10, errors: 9 }) }
  const input = { version: 'canary', errorRate: { max: 0.1 }, over: 1000, minRequests: 1, onBad: 'hold', onFewRequests: 'pass' }
  const onFailure = strategy({ retry: { times: 3, every: 600_000 }, do: 'ignore' })
  await start(pretended, [split(10), step('check', input, { onFailure }), split(50)])
  await after(10_000)

  await command({ do: 'answer', answer: 'back', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(await view()).toMatchObject({ status: 'returned', failure: { code: 'SL-EXECUTION-SENT-BACK', facts: { by: 'ada' } } })
})

it('passes over steps, sections and phases whose condition is false, known before or only now', async () => {
  const pretended = pretend()
  const measured = step(
    'check',
    { version: 'canary', errorRate: { max: 0.1 }, over: 1000, minRequests: 1, onBad: 'fail', onFewRequests: 'pass' },
    { name: 'Measure' },
  )
  await start(pretended, [
    measured,
    split(10, { when: false }),
    split(20, { when: { later: '${outputs.Measure.verdict == "bad"}' } }),
    split(30, { when: { later: '${outputs.Measure.requests > 50.0}' } }),
  ])

  await after(60_000)

  expect(await statuses()).toEqual(['done', 'skipped', 'skipped', 'done'])
  expect(goals(pretended)).toEqual(['1 split', '2 atRest'])
})

it('fails a step whose condition is no condition, or names what there is not', async () => {
  const pretended = pretend()
  await start(pretended, [split(10, { when: { later: '${outputs.Nothing.verdict}' } })])

  await after(60_000)

  expect(goals(pretended)).toEqual([])
  expect(await view()).toMatchObject({ status: 'refused', exit: 2, failure: { code: 'SL-EXPRESSIONS-NO-VALUE' } })
})

it('writes nothing at all where every step is passed over', async () => {
  const pretended = pretend()
  await start(pretended, [split(10, { when: false })])

  await after(60_000)

  expect(goals(pretended)).toEqual([])
  expect(await view()).toMatchObject({ status: 'done', exit: 0, writes: 0 })
})

it('a wait may be cut short', async () => {
  const pretended = pretend()
  await start(pretended, [step('wait', { for: 3_600_000 }), split(10)])
  await after(1_000)

  await command({ do: 'skip', who: 'ada' })
  await after(10_000)

  expect(await statuses()).toEqual(['skipped', 'done'])
})
