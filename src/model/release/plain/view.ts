import { objectName } from '#base/index.ts'
import type { Observed, Run, Seen } from '../observed.ts'
import { hasForeignTemplate, keyOf, namedOf, templateLeaf, toApply, type Entry } from './entries.ts'

/** What stands between a release and its goal. `edited`: somebody else has written a pod template meanwhile. */
export type Standing =
  | { readonly is: 'open' }
  | { readonly is: 'waits'; readonly for: string; readonly ends?: number }
  | { readonly is: 'failed'; readonly object: string; readonly why: string }
  | { readonly is: 'edited'; readonly workload: string }
  | { readonly is: 'there' }

/** A plain release as the protocol reads it, for the way forward and for the way back. `open`: there is a manifest to apply. */
export interface PlainView {
  readonly forward: Standing
  readonly back: Standing
}

/** Kinds that what comes behind them in the order may need: it waits for them. */
const gates = new Set(['Namespace', 'CustomResourceDefinition', 'Job'])

export function plainView(observed: Observed, seen: Pick<Seen, 'states' | 'applied'>, run: Run): PlainView {
  return { forward: forward(observed, seen, run), back: back(observed, seen, run) }
}

/** Objects are walked through in their order: a failed one ends it, an unready one holds what may need it, the rest is applied at once. */
function forward(observed: Observed, { states, applied }: Pick<Seen, 'states' | 'applied'>, run: Run): Standing {
  const edited = editedWorkload(observed, run)
  if (edited) return edited
  const open = new Set(toApply(observed, applied, run).map(keyOf))
  let waits: Standing | undefined
  let held: Standing | undefined
  for (const entry of run.snapshot.manifests) {
    if (open.has(keyOf(entry))) return held ?? { is: 'open' }
    const standing = standingOf(entry, states)
    if (standing?.is === 'failed') return standing
    waits ??= standing
    if (run.release.plain === 'basic' || gates.has(entry.kind)) held ??= standing
  }
  return waits ?? { is: 'there' }
}

/** Old pods come back before what the new ones needed is taken away. Only what rolls back is waited for; nothing ends the way back. */
function back(observed: Observed, { states }: Pick<Seen, 'states'>, run: Run): Standing {
  const edited = editedWorkload(observed, run)
  if (edited) return edited
  const rolled = run.snapshot.manifests.filter(entry => templateLeaf(entry) && observed.others[keyOf(entry)] !== undefined)
  const standing = rolled.flatMap(entry => standingOf(entry, states) ?? [])[0]
  return standing?.is === 'failed' ? { is: 'waits', for: `${standing.object}: ${standing.why}` } : (standing ?? { is: 'there' })
}

function editedWorkload({ others }: Observed, { snapshot }: Run): Standing | undefined {
  const edited = snapshot.manifests.find(entry => hasForeignTemplate(entry, others[keyOf(entry)]))
  return edited && { is: 'edited', workload: objectName(namedOf(edited)) }
}

/** Undefined where the object is what it was asked to be. */
function standingOf(entry: Entry, states: Seen['states']): Standing | undefined {
  const state = states?.[keyOf(entry)]
  if (!state || state.is === 'current') return undefined
  const object = objectName(namedOf(entry))
  const says = state.message.startsWith(`${object}: `) ? state.message.slice(object.length + 2) : state.message
  return state.is === 'failed'
    ? { is: 'failed', object, why: says }
    : { is: 'waits', for: `${object}: ${says}`, ...(state.ends === undefined ? {} : { ends: state.ends }) }
}
