import type { Problem } from '#base/index.ts'
import {
  any,
  checkText,
  evaluateText,
  mapTexts,
  type ExpressionProblem,
  type Scope,
  type TreePath,
  type Values,
} from '#model/expressions/index.ts'
import { Pending, type PendingTree } from '../written/pending.ts'
import { tellAt } from '../written/tell.ts'
import type { Placed } from './source.ts'

/** A part of a document with what its expressions give. */
export interface Evaluated {
  readonly tree: PendingTree
  readonly problems: readonly Problem[]
}

/**
 * Checks every expression of the part of a document at `root`; with `values` also evaluates those that are known before the run. What has
 * no value (yet, or because of a problem, which is told) is pending.
 */
export async function evaluatePart(
  source: Placed,
  root: TreePath,
  scopeAt: (path: TreePath) => Scope,
  values?: Values,
): Promise<Evaluated> {
  const problems: Problem[] = []
  const tell = (path: TreePath, found: readonly ExpressionProblem[], text: string): Pending => {
    problems.push(...found.map(each => tellAt(each.failure, source.placeInText(path, each.at))))
    return new Pending(text, any, 'never')
  }
  const tree = await mapTexts<Pending>(
    source.at(root) ?? null,
    async (text, path) => {
      const { shape, when, problems: found } = await checkText(text, scopeAt(path))
      if (found.length > 0) return tell(path, found, text)
      if (when === 'run' || !values) return new Pending(text, shape, when)
      const outcome = await evaluateText(text, values)
      return 'value' in outcome ? outcome.value : tell(path, [outcome.problem], text)
    },
    root,
  )
  return { tree, problems }
}
