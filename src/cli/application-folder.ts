import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { showProblem, type Problem } from '#base/index.ts'
import { isApplicationFile, namesOf, type ResolveChoice } from '#model/workflow/index.ts'
import { prepareRun, readApplication, type PreparedRun, type SourceFile } from '#model/application/index.ts'
import { cli } from './failures.ts'
import { colours, type Terminal } from './terminal.ts'

/** Options of every command that reads an application for an image. */
export interface ImageOptions {
  readonly folder: string
  readonly tag?: string
  readonly digest?: string
  readonly infrastructure?: string
  readonly var?: readonly string[]
}

/** Files larger than this (bytes) are no manifests of anybody. */
const LARGEST = 4 << 20

/** Folders that hold no part of an application. */
const IGNORED = new Set(['node_modules', '.git', '.cache'])

/** Every text file of a folder, by its path in it. Links out of it are not followed. */
export function readFolder(folder: string): readonly SourceFile[] {
  try {
    return walk(folder, folder)
  } catch (error) {
    throw cli.NO_FOLDER({ folder, reason: (error as Error).message }, error)
  }
}

function walk(root: string, folder: string): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : walk(root, path)
    if (!entry.isFile() || !/\.(ya?ml|tpl|txt|json)$/.test(entry.name) || statSync(path).size > LARGEST) return []
    return [{ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }]
  })
}

/** The files of an application; fails where the folder holds no document of one. */
export function applicationFiles(folder: string): readonly SourceFile[] {
  const files = readFolder(folder)
  if (!files.some(file => isApplicationFile(file.text))) throw cli.NO_APPLICATION({ folder })
  return files
}

/** The run that is meant, with nothing wrong in it: problems are printed, and errors end the command. */
export async function preparedRun(name: string | undefined, options: ImageOptions, terminal: Terminal): Promise<PreparedRun> {
  const files = applicationFiles(options.folder)
  const workflow = name ?? (await onlyWorkflow(files, terminal))
  const prepared = await prepareRun(files, workflow, choiceOf(options))
  tellProblems(prepared.problems, files, terminal)
  refuseErrors(prepared.problems)
  return prepared
}

function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(problem => problem.severity === 'error').length
  if (errors > 0) throw cli.PROBLEMS({ errors, files: new Set(problems.map(problem => problem.place?.file)).size })
}

/** Where no workflow can be read, what is wrong with the documents is told: that one must be named would lead nowhere. */
async function onlyWorkflow(files: readonly SourceFile[], terminal: Terminal): Promise<string> {
  const { application, problems } = await readApplication(files)
  const workflows = namesOf(application, 'Workflow')
  if (workflows.length === 0) {
    tellProblems(problems, files, terminal)
    refuseErrors(problems)
  }
  const [only] = workflows
  if (only === undefined || workflows.length > 1) throw cli.WHICH_WORKFLOW({ workflows: workflows.join(', ') })
  return only
}

function choiceOf({ tag, digest, infrastructure, var: given }: ImageOptions): ResolveChoice {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    ...(infrastructure === undefined ? {} : { infrastructure }),
    ...(given === undefined ? {} : { variables: Object.fromEntries(given.map(variable)) }),
  }
}

function variable(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw cli.VARIABLE({ text })
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Prints problems as people should read them: place, cause, the line with a caret, the cure. */
export function tellProblems(problems: readonly Problem[], files: readonly SourceFile[], terminal: Terminal): void {
  for (const problem of problems) {
    if (terminal.json) terminal.out(JSON.stringify({ problem }))
    else terminal.err(paint(problem, showProblem(problem, files.find(file => file.path === problem.place?.file)?.text)))
  }
}

function paint({ severity }: Problem, text: string): string {
  return text.replace(`  ${severity}  `, `  ${(severity === 'error' ? colours.red : colours.yellow)(severity)}  `)
}
