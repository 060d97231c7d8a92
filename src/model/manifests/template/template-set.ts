/**
 * 1. All files are read before one is evaluated, so that each may include what another defines; a later definition replaces an earlier one,
 *    except that an empty one replaces nothing.
 * 2. Every file tells its own problem: one that cannot be read or evaluated does not hide the others.
 */
import type { Problem } from '#base/index.ts'
import type { RenderedFile } from '../rendered-file.ts'
import { calledFrom, walk } from './evaluate.ts'
import { failures } from './failures.ts'
import { checkDepth, enter, newRun, type Frame, type Named } from './frame.ts'
import { functions } from './functions/index.ts'
import { newOutput } from './output.ts'
import { parse } from './parser.ts'
import type { Source } from './source.ts'
import { Stop, stopAt } from './stop.ts'
import { templateNamed } from './template-named.ts'
import { wellFormed } from './bytes.ts'
import { dict, type Dict, type Value } from './value.ts'

export interface TemplateSet {
  /** Of reading; a file that has one is not rendered. */
  readonly problems: readonly Problem[]
  /** Renders one file; `values` become `.Values`, and templates may change them (`set`). */
  render(file: string, values: Dict): RenderedFile | { readonly problem: Problem }
}

/** Reads all files as Go templates with Helm's functions. */
export function templateSet(sources: readonly Source[]): TemplateSet {
  const templates = new Map<string, Named>()
  const problems: Problem[] = []
  const names = new Set(Object.keys(functions))
  for (const source of sources) {
    try {
      const parsed = parse(source, names)
      problems.push(...parsed.problems)
      for (const definition of parsed.definitions) define(templates, { definition, source })
    } catch (error) {
      problems.push(problemOfReading(error, source))
    }
  }
  return { problems, render: (file, values) => render(templates, file, values) }
}

function problemOfReading(error: unknown, source: Source): Problem {
  if (error instanceof Stop) return error.problem
  if (!(error instanceof RangeError)) throw error
  return stopAt(failures.SYNTAX({ says: 'the actions are nested too deep' }), source, 0).problem
}

function define(templates: Map<string, Named>, named: Named): void {
  const empty = named.definition.body.every(node => node.is === 'text' && node.text.trim() === '')
  if (!empty || !templates.has(named.definition.name)) templates.set(named.definition.name, named)
}

function render(templates: ReadonlyMap<string, Named>, file: string, values: Dict): RenderedFile | { readonly problem: Problem } {
  const named = templates.get(file)
  if (!named) throw new Error(`${file} is not among the templates`)
  const root = dict([['Values', values]])
  const output = newOutput('final')
  const run = newRun({ templates, functions, root, include, tpl })
  try {
    walk(enter(run, named.source, root, 0), named.definition.body, root, output)
  } catch (error) {
    if (error instanceof Stop) return { problem: error.problem }
    throw error
  }
  return { file, text: wellFormed(output.text()), written: named.source.text, origin: output.origin }
}

function include(frame: Frame, at: number, name: string, dot: Value): string {
  checkDepth(frame, at)
  const { definition, source } = templateNamed(frame, name, at)
  const output = newOutput('included')
  calledFrom(frame, at, () => walk(enter(frame.run, source, dot, frame.depth + 1), definition.body, dot, output))
  return output.text()
}

/** A template in a text sees all others; what it defines is known in it alone. Its problems are told at the call: its text has no file. */
function tpl(frame: Frame, at: number, text: string, dot: Value): string {
  checkDepth(frame, at)
  const source = { file: 'the text given to tpl', text }
  const output = newOutput('final')
  try {
    const parsed = parse(source, new Set(Object.keys(frame.run.functions)))
    const [problem] = parsed.problems
    if (problem) throw new Stop(problem)
    const templates = new Map(frame.run.templates)
    for (const definition of parsed.definitions) define(templates, { definition, source })
    const run = { ...frame.run, templates }
    walk(enter(run, source, dot, frame.depth + 1), parsed.definitions[0]?.body ?? [], dot, output)
    frame.run.steps = run.steps
  } catch (error) {
    if (!(error instanceof Stop) || error.problem.place?.file !== source.file) throw error
    const { line, column } = error.problem.place
    const says = `in line ${line}, column ${column} of the text given to tpl: ${error.problem.message.replace(/^Template: /, '')}`
    throw stopAt(failures.EVALUATION({ says }), frame.source, at)
  }
  return output.text()
}
