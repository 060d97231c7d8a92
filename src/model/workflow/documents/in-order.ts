import type { Problem } from '#base/index.ts'

/** As one reads them: file by file, from the top down. */
export function inOrder(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const order = new Map(files.map((path, i) => [path, i]))
  const rank = ({ place }: Problem): number[] => (place ? [order.get(place.file) ?? 0, place.line, place.column] : [-1, 0, 0])
  return problems.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    const at = left.findIndex((each, i) => each !== right[i])
    return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
  })
}
