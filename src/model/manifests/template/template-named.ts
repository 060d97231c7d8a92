import { nearMisses } from '#model/expressions/index.ts'
import { failures } from './failures.ts'
import type { Frame, Named } from './frame.ts'
import { stopAt } from './stop.ts'

/** The template of that name; stops where nothing defines it. */
export function templateNamed(frame: Frame, name: string, at: number): Named {
  const named = frame.run.templates.get(name)
  if (named) return named
  throw stopAt(failures.TEMPLATE_UNKNOWN({ name, near: nearMisses(name, [...frame.run.templates.keys()]) }), frame.source, at)
}
