import { z } from 'zod'
import { choice, fields } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

/** What carries the traffic while stable rolls: `canary` (nothing is lost), `reset` (stable itself, an ordinary rolling update), `auto`. */
export const RolloutDeployment = z.strictObject({ traffic: z.enum(['auto', 'canary', 'reset']) })
export type RolloutDeployment = z.infer<typeof RolloutDeployment>

export const rolloutDeployment = defineStepType<RolloutDeployment>({
  type: 'rolloutDeployment',
  title: 'Rollout Deployment',
  about: 'Brings the new version to the stable workload, whose pods are replaced while they carry no traffic.',
  input: RolloutDeployment,
  written: fields({ traffic: choice('auto', 'canary', 'reset').default('auto') }),
  strategies: ['canary', 'rolling', 'basic'],
})
