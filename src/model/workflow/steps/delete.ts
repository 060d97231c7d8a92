import { z } from 'zod'
import { fields } from '../written/leaf.ts'
import { ObjectName, objectName, sayObject } from '../written/object-name.ts'
import { defineStepType } from './step-type.ts'

export const Delete = z.strictObject({ objects: z.array(ObjectName).min(1) })
export type Delete = z.infer<typeof Delete>

export const deletion = defineStepType<Delete>({
  type: 'delete',
  title: 'Delete',
  nameOf: ({ objects: [first, second] }) => (first && second === undefined ? `Delete ${sayObject(first)}` : 'Delete'),
  about: 'Deletes objects of the namespace that carry no traffic; the way back makes them again, where that is possible.',
  input: Delete,
  written: fields({ objects: z.array(objectName).min(1) }),
})
