// Trees of values, such as a parsed values file: every text in them may hold `${…}`, keys never do.
import type { Json } from '#base/index.ts'
import { isTemplate } from './template.ts'

/** Where a text stands in a tree. */
export type TreePath = readonly (string | number)[]

/** JSON in which a `T` stands here and there. */
export type TreeOf<T> = null | boolean | number | string | T | readonly TreeOf<T>[] | { readonly [key: string]: TreeOf<T> }

/** Replaces every text of a tree that has expressions by what `replace` makes of it; the tree itself stays as it is. */
export async function mapTexts<T>(
  tree: Json,
  replace: (text: string, path: TreePath) => Promise<Json | T>,
  path: TreePath = [],
): Promise<TreeOf<T>> {
  if (typeof tree === 'string') return isTemplate(tree) ? (replace(tree, path) as Promise<TreeOf<T>>) : tree
  if (tree === null || typeof tree !== 'object') return tree
  if (Array.isArray(tree)) return Promise.all(tree.map((each: Json, i) => mapTexts(each, replace, [...path, i])))
  const entries = Object.entries(tree).filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return Object.fromEntries(
    await Promise.all(
      entries.map(async ([key, each]): Promise<[string, TreeOf<T>]> => [key, await mapTexts(each, replace, [...path, key])]),
    ),
  )
}
