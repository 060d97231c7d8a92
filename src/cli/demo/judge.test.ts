import { expect, it } from 'vitest'
import { Judge } from './judge.ts'

const answer = (sent: number, version?: string, status = 200) => ({
  sent,
  answered: sent + 5,
  status: version === undefined ? 503 : status,
  version,
})

function judged(): Judge {
  const judge = new Judge()
  judge.declared(0, new Set(['1']), 0)
  judge.settled(10, 0)
  judge.declared(100, new Set(['1', '2']), 50)
  judge.settled(200, 50)
  judge.declared(300, new Set(['2']), 100)
  return judge
}

it("counts an answer that no pod made as lost, and the application's own 5xx as an error of its version", () => {
  const judge = judged()
  judge.take(answer(50))
  judge.take(answer(150, '2', 500))

  expect(judge.tally()).toEqual({ requests: 2, lost: 1, wrongVersion: 0, byVersion: { 2: { answers: 1, errors: 1 } } })
})

it('finds a version that had no share in any split in force from the last settled one on', () => {
  const judge = judged()
  judge.take(answer(50, '2'))
  judge.take(answer(150, '2'))
  judge.take(answer(400, '1'))
  expect(judge.tally().wrongVersion).toBe(1)

  judge.settled(500, 100)
  judge.take(answer(600, '1'))
  expect(judge.tally().wrongVersion).toBe(2)
})

it('takes no news of a former split for news of the latest', () => {
  const judge = judged()
  judge.settled(310, 50)
  judge.take(answer(320, '1'))

  expect(judge.tally().wrongVersion).toBe(0)
})
