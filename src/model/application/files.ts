/** A file of an application's folder. */
export interface SourceFile {
  /** Relative to the folder, with slashes. */
  readonly path: string
  readonly text: string
}

/** The files that a list of patterns means: files, folders (ending in `/`), and `*` for anything but a slash. Each once, in order. */
export function selectFiles(files: readonly SourceFile[], patterns: readonly string[]): readonly SourceFile[] {
  const selected = patterns.flatMap(pattern => files.filter(file => matches(file.path, clean(pattern))).toSorted(byPath))
  return [...new Set(selected)]
}

function clean(pattern: string): string {
  return pattern.replace(/^\.\//, '')
}

function matches(path: string, pattern: string): boolean {
  if (pattern.endsWith('/')) return path.startsWith(pattern)
  if (!pattern.includes('*')) return path === pattern || path.startsWith(`${pattern}/`)
  const form = pattern.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${form.join('[^/]*')}$`).test(path)
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1
}
