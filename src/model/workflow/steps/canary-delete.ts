import { z } from 'zod'
import { fields } from '../written/leaf.ts'
import { defineStepType } from './step-type.ts'

export const CanaryDelete = z.strictObject({})
export type CanaryDelete = z.infer<typeof CanaryDelete>

export const canaryDelete = defineStepType<CanaryDelete>({
  type: 'canaryDelete',
  title: 'Canary Delete',
  about: 'Takes the traffic off the canary, drains and deletes its pods, and gives the route back as the manifest says.',
  input: CanaryDelete,
  written: fields({}),
  strategies: ['canary'],
})
