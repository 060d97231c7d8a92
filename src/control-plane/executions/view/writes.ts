import type { Sight } from './sight.ts'

/** Object writes and API calls: of finished tasks from their outputs, of open ones from what they tell. */
export function writesOf({ engine }: Sight): { readonly writes: number; readonly calls: number } {
  const finished = engine.calls.map(call => (call.did === 'task' ? (call.output as Counted | undefined) : undefined))
  const open = engine.tasks.map(task => task.progress)
  const all = [...finished, ...open]
  const sum = (of: (counted: Counted) => number | undefined): number => all.reduce((total, each) => total + ((each && of(each)) ?? 0), 0)
  return { writes: sum(each => each.writes), calls: sum(each => each.calls) }
}

interface Counted {
  readonly writes?: number | undefined
  readonly calls?: number | undefined
}
