import { z } from 'zod'
import { fields } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

export const StageDeployment = z.strictObject({})
export type StageDeployment = z.infer<typeof StageDeployment>

export const stageDeployment = defineStepType<StageDeployment>({
  type: 'stageDeployment',
  title: 'Stage Deployment',
  about: 'Starts as many pods of the new version as the present one has, behind a stage Service of their own; users do not reach them yet.',
  input: StageDeployment,
  written: fields({}),
  strategies: ['blueGreen'],
})
