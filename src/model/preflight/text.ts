/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const all = [...new Set(words)]
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

/** `1 pod`, `3 pods`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
