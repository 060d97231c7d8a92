import { expect, it } from 'vitest'
import type { FailureRecord } from '#base/index.ts'
import type { FailureStrategy } from '#model/workflow/index.ts'
import { afterFailure, reactionText, type FailedAttempt } from './strategy.ts'

const failure = (blame: FailureRecord['blame']): FailureRecord => ({ code: 'SL-X', blame, message: 'no', todo: '', facts: {} })
const strategy = (more: Partial<FailureStrategy> = {}): FailureStrategy => ({
  retry: { times: 0, every: 0 },
  do: 'rollbackWorkflow',
  ...more,
})
const attempt = (more: Partial<FailedAttempt> = {}): FailedAttempt => ({
  failure: failure('world'),
  attempt: 1,
  by: 'failure',
  irreversible: false,
  ...more,
})
const twice = strategy({ retry: { times: 2, every: 5_000 } })
const held = strategy({ hold: { for: 60_000 } })
const ignored = strategy({ do: 'ignore' })
const day = 86_400_000

it.each([
  ['reacts at once, by default', strategy(), attempt(), { is: 'react', do: 'rollbackWorkflow' }],
  ['tries again as often as it says', twice, attempt({ attempt: 2 }), { is: 'again', after: 5_000 }],
  ['reacts when the retries are used up', twice, attempt({ attempt: 3 }), { is: 'react', do: 'rollbackWorkflow' }],
  ['does not retry a bug of ours', twice, attempt({ failure: failure('bug') }), { is: 'react', do: 'rollbackWorkflow' }],
  ['asks where it holds, and reacts without an answer', held, attempt(), { is: 'ask', deadline: 60_000, do: 'rollbackWorkflow' }],
  ['asks only after the retries', { ...twice, hold: { for: 1 } }, attempt(), { is: 'again', after: 5_000 }],
  ['ignores', ignored, attempt(), { is: 'react', do: 'ignore' }],
  [
    "neither retries nor holds nor ignores a person's no",
    { ...twice, hold: { for: 1 }, do: 'ignore' },
    attempt({ by: 'no' }),
    { is: 'react', do: 'rollbackWorkflow' },
  ],
  ['does what a person answered', held, attempt({ by: 'answer' }), { is: 'react', do: 'rollbackWorkflow' }],
  ['asks for ever behind an irreversible step', strategy(), attempt({ irreversible: true }), { is: 'ask', deadline: day, do: undefined }],
  [
    'asks behind an irreversible step although a person said no',
    strategy(),
    attempt({ irreversible: true, by: 'no' }),
    { is: 'ask', deadline: day, do: undefined },
  ],
  [
    'goes back from behind an irreversible step where a person answered so',
    strategy(),
    attempt({ irreversible: true, by: 'answer' }),
    { is: 'react', do: 'rollbackWorkflow' },
  ],
  [
    'ignores behind an irreversible step too: that does not go back',
    ignored,
    attempt({ irreversible: true }),
    { is: 'react', do: 'ignore' },
  ],
] as const)('%s', (_, given, failed, next) => {
  expect(afterFailure(given as FailureStrategy, failed)).toEqual(next)
})

it('has words for every reaction', () => {
  expect((['rollbackWorkflow', 'rollbackPhase', 'abort', 'ignore', undefined] as const).map(reactionText)).toEqual([
    'way back of the whole workflow',
    'way back of this phase',
    'way back, without rollback steps',
    'ignore it, go on',
    'the question is asked again',
  ])
})
