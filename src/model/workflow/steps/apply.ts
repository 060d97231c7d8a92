import { z } from 'zod'
import { fields } from '../written/leaf.ts'
import { path } from '../written/path.ts'
import { defineStepType } from './step-type.ts'

/** Files, folders (ending in `/`) and patterns with `*`, relative to the application's folder; files that the manifests skip among them. */
export const Apply = z.strictObject({ files: z.array(z.string().min(1)).min(1) })
export type Apply = z.infer<typeof Apply>

export const apply = defineStepType<Apply>({
  type: 'apply',
  title: 'Apply',
  nameOf: ({ files: [first, second] }) => (second === undefined ? `Apply ${first}` : 'Apply'),
  about:
    'Applies files of the application beside the manifests, and waits until what they describe is ready; the way back restores or removes it.',
  input: Apply,
  written: fields({ files: z.array(path).min(1) }),
})
