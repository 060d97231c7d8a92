import { describe, expect, it } from 'vitest'
import { pairs, selectorText, span } from './column.ts'

const s = 1000
const m = 60 * s
const h = 60 * m
const d = 24 * h

describe('what kubectl prints', () => {
  it.each([
    [0, '0s'],
    [119 * s, '119s'],
    [2 * m, '2m'],
    [9 * m + 5 * s, '9m5s'],
    [10 * m + 5 * s, '10m'],
    [179 * m, '179m'],
    [3 * h + 7 * m, '3h7m'],
    [8 * h + 7 * m, '8h'],
    [47 * h, '47h'],
    [2 * d + 5 * h, '2d5h'],
    [9 * d + 5 * h, '9d'],
  ])('shows an age of %d ms as %s', (age, text) => expect(span(age)).toBe(text))

  it('shows selectors as a query would write them', () => {
    expect(pairs({ b: '2', a: '1' })).toBe('a=1,b=2')
    expect(selectorText({ matchLabels: { app: 'd' }, matchExpressions: [{ key: 't', operator: 'NotIn', values: ['b', 'a'] }] })).toBe(
      'app=d,t notin (a,b)',
    )
    expect(selectorText(undefined)).toBe('<none>')
  })
})
