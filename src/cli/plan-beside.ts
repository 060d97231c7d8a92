import { createHash } from 'node:crypto'
import { Failure, type KubernetesObject } from '#base/index.ts'
import { lookAtObjects, type LookedAt } from '#delegate/objects/index.ts'
import type { ReleasePlan, ReleaseSurroundings } from '#delegate/release/index.ts'
import { changeOf, type PreparedRun } from '#model/application/index.ts'
import { objectKey, type Release, type Snapshot } from '#model/release/index.ts'
import type { ResolvedStep } from '#model/workflow/index.ts'

type Findings = ReleasePlan['inspection']['findings']

export interface Beside {
  /** What each step changes beside the traffic, by its path. */
  readonly besides: ReadonlyMap<string, readonly LookedAt[]>
  readonly refusals: Findings
}

interface Looking {
  readonly run: PreparedRun
  readonly terms: Release
  readonly snapshot: Snapshot
  /** Objects that the release itself makes and that are not there yet, by their keys. */
  readonly made: ReadonlyMap<string, KubernetesObject>
  readonly surroundings: ReleaseSurroundings
}

/** Looks at what steps would change beside the traffic, in their order: a later one finds what the earlier ones leave. */
export async function lookBeside(steps: readonly ResolvedStep[], looking: Looking): Promise<Beside> {
  const { run, terms, snapshot, made, surroundings } = looking
  const { namespace } = terms
  const besides = new Map<string, readonly LookedAt[]>()
  const imagined = new Map<string, KubernetesObject | undefined>(made)
  const refusals: Findings[number][] = []
  for (const step of steps) {
    const text = run.applied.find(({ path }) => path === step.path)?.text ?? ''
    const change = changeOf(step, createHash('sha256').update(text).digest('hex'))
    if (!change) continue
    const context = { signal: new AbortController().signal, progress: () => undefined, content: () => Promise.resolve(text) }
    try {
      const looked = await lookAtObjects(
        { release: terms, snapshot, change, givesBack: !step.irreversible },
        context,
        surroundings,
        imagined,
      )
      besides.set(step.path, looked)
      for (const { before, after } of looked)
        imagined.set(objectKey({ kind: before.kind, metadata: { name: before.name, namespace } }), after)
    } catch (error) {
      if (!(error instanceof Failure) || error.blame !== 'user') throw error
      refusals.push({ level: 'refuse', code: error.code, message: `Step "${step.name}": ${error.message}`, todo: error.todo })
    }
  }
  return { besides, refusals }
}
