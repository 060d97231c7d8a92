/** The candidates that someone who wrote `name` may have meant, nearest first, three at most. */
export function nearMisses(name: string, candidates: readonly string[]): readonly string[] {
  // A third of the letters may be wrong, two at least where there are more than three: enough for slips, too little for guesses.
  const most = Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length / 3))
  return candidates
    .map(candidate => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(each => each.far <= most)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(each => each.candidate)
}

/** How many letters must be put in, taken out, replaced or exchanged with their neighbour to get from `a` to `b`. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Math.max(i, j)
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : changed
      rows[i]?.push(Math.min(changed, swapped, cell(i - 1, j) + 1, cell(i, j - 1) + 1))
    }
  }
  return cell(a.length, b.length)
}
