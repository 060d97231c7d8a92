import { describe, expect, it } from 'vitest'
import { callsUnder, type Call, type Sight } from './sight.ts'

const sightOf = (...all: readonly string[]): Sight => {
  const calls = all.map(name => ({ name }) as Call)
  return { engine: { calls } } as unknown as Sight
}

const under = (sight: Sight, path: string): readonly string[] => callsUnder(sight, path).map(({ name }) => name)

describe('the calls under a path', () => {
  const sight = sightOf(
    'forward/canary/deploy/1/began',
    'forward/canary/deploy/10/began',
    'forward/canary/deploy/1/reach/task',
    'watch/canary/deploy/1/seen',
    'back/canary/deploy/1/ended',
    'forward/look/main/inspect',
  )

  it('are those of either lane that goes somewhere, in the order in which they began', () => {
    expect(under(sight, 'canary/deploy/1')).toEqual([
      'forward/canary/deploy/1/began',
      'forward/canary/deploy/1/reach/task',
      'back/canary/deploy/1/ended',
    ])
    expect(under(sight, 'canary/deploy/10')).toEqual(['forward/canary/deploy/10/began'])
    expect(under(sight, 'look/main')).toEqual(['forward/look/main/inspect'])
  })

  it('are none of a name itself, nor of half a name', () => {
    expect(under(sight, 'look/main/inspect')).toEqual([])
    expect(under(sight, 'canary/dep')).toEqual([])
  })

  it('are those of this state, not of a former one', () => {
    expect(under(sightOf('forward/look/main/inspect', 'forward/look/main/ended'), 'look/main')).toHaveLength(2)
  })
})
