import type { Problem } from '#base/index.ts'
import type { TreePath, Values } from '#model/expressions/index.ts'
import type { z } from 'zod'
import { evaluatePart } from '../documents/evaluate.ts'
import type { Source } from '../documents/source.ts'
import { documentScope } from '../names/document-scope.ts'
import type { Known } from '../names/scope.ts'
import { readPart } from '../written/tell.ts'

/** Reads parts of documents with what is known so far, and collects what is wrong. */
export interface Reading {
  readonly problems: Problem[]
  /** The part's value; undefined where there is none, or where something is wrong with it, which is told. */
  part<T>(source: Source, root: TreePath, schema: z.ZodType<T>, names: Values, known: Known): Promise<T | undefined>
}

export function reading(): Reading {
  const problems: Problem[] = []
  return {
    problems,
    async part(source, root, schema, names, known) {
      if (source.at(root) === undefined) return undefined
      const evaluated = await evaluatePart(source, root, documentScope(source, known), names)
      const { value, problems: found } = readPart(schema, evaluated.tree, source, root)
      problems.push(...evaluated.problems, ...found)
      return value
    },
  }
}
