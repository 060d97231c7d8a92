import { lintFolder } from '#model/application/index.ts'
import { applicationFiles, tellProblems } from '../application-folder.ts'
import { exit } from '../exit.ts'
import { counted } from '../show/count.ts'
import { colours, type Terminal } from '../terminal.ts'

/** `sluice lint`: everything that is wrong, at once. Errors give exit code 2. */
export async function lint(_: readonly string[], options: { readonly folder: string }, terminal: Terminal): Promise<number> {
  const files = applicationFiles(options.folder)
  const problems = await lintFolder(files, { embedded: true })
  tellProblems(problems, files, terminal)
  const errors = problems.filter(problem => problem.severity === 'error').length
  if (!terminal.json) terminal.out(summary(errors, problems.length - errors, files.length))
  return errors > 0 ? exit.input : exit.done
}

function summary(errors: number, warnings: number, files: number): string {
  if (errors + warnings === 0) return colours.green(`nothing wrong in ${counted(files, 'file')}`)
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(files, 'file')}`
}
