import { exampleWorkflow } from '#control-plane/executions/pretended.contract.ts'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'

/** The workflow of the guide for the release that runs in a cart world; it settles by `late` milliseconds. */
export function cartWorkflow(version: string, late: number): ResolvedWorkflow {
  const example = exampleWorkflow()
  const settle = { mode: 'seconds', shift: late, removal: late } as const
  const releases = example.releases.map(release => ({ ...release, name: 'cart', drain: 1000, settle, artifact: { version } }))
  const phases = example.phases.map(phase => ({
    ...phase,
    sections: phase.sections.map(section => ({ ...section, steps: section.steps.map(step => ({ ...step, settle })) })),
  }))
  return { ...example, releases, phases }
}
