import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

/** One black-box case: an input and what the original makes of it. */
export interface Case {
  readonly id: string
}

export interface CaseRules<C extends Case> {
  /** Name of the list in the file; `cases` unless said. */
  readonly list?: string
  /** Why a case has no meaning for us; it is counted as listed, not as passed. */
  readonly notExpressible?: (one: C) => string | undefined
  readonly run: (one: C) => void | Promise<void>
}

/** Where the cases are: `SLUICE_CASES`, else beside the repository. */
export const casesFolder = process.env['SLUICE_CASES'] ?? fileURLToPath(new URL('../../shared/cases', import.meta.url))

/** What a file of cases holds; undefined where it is not there. */
export function casesFile(file: string): unknown {
  const path = `${casesFolder}/${file}`
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/**
 * One test per case of a file. A file that is not there is skipped aloud: a clone without the cases passes everything else.
 * `npm run cases` counts by the names given here: `cases FILE > ID`, and `… (not expressible: REASON)` among the skipped.
 */
export function casesOf<C extends Case>(file: string, rules: CaseRules<C>): void {
  describe(`cases ${file}`, () => {
    const content = casesFile(file) as Readonly<Record<string, readonly C[]>> | undefined
    if (!content) {
      console.warn(`${casesFolder}/${file} is not there: its cases are skipped (set SLUICE_CASES)`)
      return it('not there', context => context.skip())
    }
    for (const one of content[rules.list ?? 'cases'] ?? []) {
      const reason = rules.notExpressible?.(one)
      if (reason === undefined) it(one.id, () => rules.run(one))
      else it(`${one.id} (not expressible: ${reason})`, context => context.skip())
    }
  })
}
