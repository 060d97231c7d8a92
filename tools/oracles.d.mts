/** The real helm or kubectl for tests: the path to run, or the reason why there is none (then skip aloud). */
export function oracle(
  name: 'helm' | 'kubectl',
): { readonly path: string; readonly missing?: never } | { readonly path?: never; readonly missing: string }
