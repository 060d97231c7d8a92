import type { z } from 'zod'
import type { Shape } from '#model/expressions/index.ts'

/** What editors are told of a schema that reads what people write by code of its own. */
export type Drawing =
  /** A value: what it wants, what an expression may give in its place, the only texts where there are only some. */
  | { readonly wants: string; readonly shapes: readonly Shape['is'][]; readonly only?: readonly string[] }
  /** One of several forms. */
  | { readonly forms: readonly z.ZodType[] }
  /** A part that has a name of its own. */
  | { readonly part: 'step' | 'phase' }

const drawings = new WeakMap<z.core.$ZodType, Drawing>()

/** Says what editors are told of a schema. */
export function drawnAs<T extends z.core.$ZodType>(schema: T, drawing: Drawing): T {
  drawings.set(schema, drawing)
  return schema
}

/** What was said of a schema, or of the one that it describes more closely. */
export function drawingOf(schema: z.core.$ZodType | undefined): Drawing | undefined {
  return schema && (drawings.get(schema) ?? drawingOf(schema._zod.parent))
}
