import { expect, it } from 'vitest'
import { nearMisses } from './index.ts'

it.each([
  ['destnation', ['destination', 'duration'], ['destination']],
  ['weigth', ['weight', 'width'], ['weight', 'width']],
  ['Deploy', ['deploy'], ['deploy']],
  ['x', ['y', 'abc'], ['y']],
  ['canaryDeploy', ['canaryDeployment', 'canaryDelete', 'wait'], ['canaryDeployment', 'canaryDelete']],
  ['foo', ['something'], []],
])('%s may mean one of %j', (name, candidates, expected) => expect(nearMisses(name, candidates)).toEqual(expected))
