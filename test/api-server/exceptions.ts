/** Scenarios that cannot pass, by their names, with why: every other one passes. */
export const exceptions: Readonly<Record<string, string>> = {
  'crd invalid': 'the sandbox serves the kinds that it knows: nobody can define others there',
}

/** Scenarios recorded with kubectl 1.35 in which an older one has other words. */
export const wordsOf135: readonly string[] = ['kubectl edit verbs', 'kubectl create']

/** Counts for the reader, and for `npm run cases`: a scenario that fails is an exception, or the test fails. */
export function tell(
  theme: string,
  results: readonly { readonly name: string; readonly wrong: readonly unknown[] }[],
  listed: Readonly<Record<string, string>>,
): void {
  const failed = results.filter(({ wrong }) => wrong.length > 0)
  const reasons = failed.flatMap(({ name }) => (name in listed ? [`  ${name}: ${listed[name]}`] : []))
  const counts = `${results.length - failed.length} passed, ${failed.length - reasons.length} failed, ${reasons.length} listed`
  console.info([`cases api-server/${theme}.json: ${counts}`, ...reasons].join('\n'))
}
