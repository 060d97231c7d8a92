import { HeaderRoute, Mirror, type ResolvedStep } from '#model/workflow/index.ts'
import { requestMatchText } from '#model/traffic/index.ts'
import { stepsOf } from '#model/application/index.ts'
import * as names from '../names.ts'
import type { StepEnd } from '../run-step.ts'
import { callsUnder, type Sight } from './sight.ts'

/** Steps behind which nothing is told apart any more. */
const clearing = new Set(['rolloutDeployment', 'canaryDelete'])

/** What a release tells apart beside its shares, as its finished steps left it: `header route beta (header x-beta = yes)`. */
export function toldApart(sight: Sight, release: string): readonly string[] {
  if (sight.engine.row.endedAt !== undefined || callsUnder(sight, names.goBack(release)).length > 0) return []
  const told = new Map<string, string>()
  for (const step of stepsOf(sight.definition.workflow, release)) {
    const end = callsUnder(sight, step.path).find(call => call.name.endsWith(`/${names.ended}`))?.output as StepEnd | undefined
    if (end?.is !== 'done') continue
    if (clearing.has(step.type)) told.clear()
    for (const [key, text] of changesOf(step))
      if (text === undefined) told.delete(key)
      else told.set(key, text)
  }
  return [...told.values()]
}

function changesOf({ type, input }: ResolvedStep): readonly (readonly [key: string, text: string | undefined])[] {
  if (type === 'headerRoute') {
    const { name, match } = HeaderRoute.parse(input)
    const text = `header route ${name} (${match.map(requestMatchText).join(', or ')})`
    return [[`route ${name}`, match.length > 0 ? text : undefined]]
  }
  if (type !== 'mirror') return []
  const { percentage } = Mirror.parse(input)
  return [['mirror', percentage > 0 ? `mirror of ${percentage} %` : undefined]]
}
