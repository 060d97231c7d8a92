import { exampleWorkflow, step, workflowOf } from '#control-plane/executions/pretended.contract.ts'
import type { SettleSettings } from '#model/release/index.ts'
import type { ResolvedStep, ResolvedWorkflow } from '#model/workflow/index.ts'

/** The workflow of the guide for the release that runs in a cart world. `first`: percent of its first split, before a person is asked. */
export function cartWorkflow(version: string, settle: SettleSettings, first = 10): ResolvedWorkflow {
  const example = exampleWorkflow()
  const releases = example.releases.map(release => ({ ...release, name: 'cart', drain: 1000, settle, artifact: { version } }))
  const rows = [
    { to: 'canary', weight: first },
    { to: 'stable', weight: 100 - first },
  ]
  const ours = (step: ResolvedStep): ResolvedStep => ({ ...step, settle, ...(step.path === 'canary/verify/1' ? { input: { rows } } : {}) })
  const phases = example.phases.map(phase => ({
    ...phase,
    sections: phase.sections.map(section => ({ ...section, steps: section.steps.map(ours) })),
  }))
  return { ...example, releases, phases }
}

/** Settling by a time, in milliseconds: just above what the mesh of the world takes. */
export function bySeconds(late: number): SettleSettings {
  return { mode: 'seconds', shift: late, removal: late }
}

/** The same release, blue/green: staged, then everybody at once. */
export function blueGreenWorkflow(version: string, settle: SettleSettings): ResolvedWorkflow {
  const canary = cartWorkflow(version, settle)
  const [phase] = canary.phases
  const [section] = phase?.sections ?? []
  const [like] = section?.steps ?? []
  if (!phase || !section || !like) throw new Error('the workflow of the guide has no steps')
  const step = (name: string, type: string): ResolvedStep => ({ ...like, path: `canary/deploy/${name}`, name, type, input: {} })
  const steps = [step('stage', 'stageDeployment'), step('swap', 'swapServices')]
  return { ...canary, strategy: 'blueGreen', phases: [{ ...phase, sections: [{ ...section, steps }] }] }
}

/** One phase of these steps; a step without a way to settle gets this one. */
export function cartSteps(version: string, settle: SettleSettings, ...steps: readonly ResolvedStep[]): ResolvedWorkflow {
  const paced = steps.map(each => (each.settle.mode === 'auto' ? { ...each, settle } : each))
  const whole = workflowOf({ name: 'Canary', sections: { deploy: paced } })
  const releases = whole.releases.map(release => ({ ...release, name: 'cart', drain: 1000, settle, artifact: { version } }))
  return { ...whole, releases }
}

/** The steps of a canary as a workflow names them. */
export const canaryDeployment = (instances: object = { percent: 25 }, fixed = false): ResolvedStep =>
  step('canaryDeployment', { instances, fixed } as ResolvedStep['input'], { name: 'Canary Deployment' })
export const trafficSplit = (canary: number): ResolvedStep => {
  const rows = [
    { to: 'canary', weight: canary },
    { to: 'stable', weight: 100 - canary },
  ]
  return step('trafficSplit', { rows }, { name: `Traffic Split ${canary} %` })
}
export const approval = (): ResolvedStep =>
  step('approval', { groups: ['release-managers'], expires: 259_200_000, onExpiry: 'reject' }, { name: 'Approval', timeout: 300_000_000 })
export const rolloutDeployment = (): ResolvedStep => step('rolloutDeployment', { traffic: 'auto' }, { name: 'Rollout Deployment' })
export const canaryDelete = (): ResolvedStep => step('canaryDelete', {}, { name: 'Canary Delete' })

const judged = { version: 'canary', errorRate: { max: 0.05 }, over: 10_000, minRequests: 5, onBad: 'fail', onFewRequests: 'fail' }
/** A look at the canary's answers of ten seconds: at most 5 % errors. */
export const check = (more: object = {}): ResolvedStep => step('check', { ...judged, ...more }, { name: 'Check' })
export const ramp = (): ResolvedStep =>
  step('shiftTraffic', { stages: [10, 50, 100], hold: 5000, check: judged }, { name: 'Ramp', timeout: 700_000 })
export const bake = (): ResolvedStep => step('bake', { for: 60_000, check: judged, every: 20_000 }, { name: 'Bake', timeout: 700_000 })
