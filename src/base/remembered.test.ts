import { expect, it } from 'vitest'
import { remembered } from './remembered.ts'

it('makes the answer for the same two objects once', () => {
  let made = 0
  const pair = remembered((a: { readonly n: number }, b: { readonly n: number }) => {
    made += 1
    return { sum: a.n + b.n }
  })
  const [one, two] = [{ n: 1 }, { n: 2 }]

  expect(pair(one, two)).toEqual({ sum: 3 })
  expect(pair(one, two)).toBe(pair(one, two))
  expect(made).toBe(1)
})

it('tells objects apart by what they are, not by what they say, and the first from the second', () => {
  let made = 0
  const count = remembered<object, object, number>(() => ++made)
  const [one, same, other] = [{ n: 1 }, { n: 1 }, { n: 2 }]

  expect([count(one, other), count(same, other), count(other, one), count(one, same)]).toEqual([1, 2, 3, 4])
})

it('remembers that there is no answer', () => {
  let made = 0
  const nothing = remembered<object, object, undefined>(() => void (made += 1))
  const [one, other] = [{}, {}]

  expect([nothing(one, other), nothing(one, other)]).toEqual([undefined, undefined])
  expect(made).toBe(1)
})
