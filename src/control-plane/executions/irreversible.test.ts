import { afterEach, expect, it } from 'vitest'
import { pretend, step } from './pretended.contract.ts'
import { after, closeStory, command, failing, goals, orders, split, start, view } from './story.contract.ts'

afterEach(closeStory)

const day = 24 * 3_600_000
const migration = step('wait', { for: 1000 }, { name: 'Migrate', irreversible: true })
const approval = step('approval', { groups: [], expires: 60_000, onExpiry: 'reject' }, { name: 'Go on?' })

it('row 24: says of a run which step nothing goes back from, as soon as that has begun', async () => {
  await start(pretend(), [step('wait', { for: 1000 }), migration, step('wait', { for: 60_000 })])
  await after(500)
  expect((await view()).irreversible).toBeUndefined()
  expect((await view()).phases[0]?.sections[0]?.steps.map(each => each.irreversible)).toEqual([undefined, true, undefined])

  await after(1000)

  expect(await view()).toMatchObject({ irreversible: 'Migrate' })
})

it('an approval behind it says that a rejection asks, and it does: again every day', async () => {
  const pretended = pretend()
  await start(pretended, [split(10), migration, approval])
  await after(2000)
  expect(await view()).toMatchObject({ question: { waiting: { next: 'reject, then a person is asked' } } })

  await after(60_000)
  expect(await view()).toMatchObject({ status: 'waiting', question: { waiting: { next: 'the question is asked again' } } })
  await after(3 * day)

  expect(await view()).toMatchObject({ status: 'waiting', question: { waiting: { next: 'the question is asked again' } } })
  expect(goals(pretended)).toEqual(['1 split'])
})

it('a pause that nobody ends asks, and takes nobody back', async () => {
  const pretended = pretend()
  await start(pretended, [split(10), migration, step('wait', { for: 60_000 }), split(50)])
  await after(2000)
  await command({ do: 'pause', who: 'ada' })
  await after(90_000)
  expect(await view()).toMatchObject({ status: 'paused', waiting: { next: 'a person is asked' } })

  await after(day)

  expect(await view()).toMatchObject({ status: 'waiting', question: { step: 'around/first' } })
  expect(goals(pretended)).toEqual(['1 split'])
})

it('a person may abort: nobody is asked again, and it is said what stays done', async () => {
  const pretended = pretend()
  await start(pretended, [split(10), migration, step('wait', { for: 60_000 })])
  await after(2000)

  expect((await orders({ do: 'abort', now: false, who: 'ada' })).says).toBe(
    'the way back begins; what "Migrate" has done stays done: the old version must work with it',
  )
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(await view()).toMatchObject({ status: 'returned' })
})

it('its own failure asks, too, and what a person answers is done', async () => {
  const pretended = failing(1)
  await start(pretended, [split(10, { irreversible: true })])
  await after(10_000)
  expect(await view()).toMatchObject({ status: 'waiting', question: { answers: [{ name: 'retry' }, { name: 'skip' }, { name: 'back' }] } })

  await command({ do: 'retry', who: 'ada' })
  await after(10_000)

  expect(await view()).toMatchObject({ status: 'done' })
})

it('a person who answers the question about an edit with the way back is not asked once more', async () => {
  const pretended = pretend()
  let edit = (): void => {}
  pretended.watch = () => new Promise(resolve => (edit = () => resolve({ found: 'foreignEdit', says: 'somebody edited it.' })))
  await start(pretended, [split(10), migration, step('wait', { for: 3_600_000 })])
  await after(10_000)
  edit()
  await after(10_000)
  expect(await view()).toMatchObject({ question: { waiting: { next: expect.stringContaining('asked first') } } })

  await command({ do: 'answer', answer: 'back', who: 'ada' })
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
})
