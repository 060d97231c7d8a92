import type { Json, Problem } from '#base/index.ts'
import { override } from './overrides.ts'
import type { RenderedFile } from './rendered-file.ts'
import { dict, fromJson, isDict, templateSet, type Source } from './template/index.ts'

/** One file of the manifests folder. */
export interface Template {
  readonly path: string
  readonly text: string
}

export interface RenderedTemplates {
  readonly files: readonly RenderedFile[]
  /** Paths of files that a directive in their first line leaves out. */
  readonly skipped: readonly string[]
  readonly problems: readonly Problem[]
}

const directive = /#\s*(?:harness\.io|sluice\.dev)\/skip-file-for-deploy/

/** Only the first line counts, as in the seed system. */
function isSkipped({ text }: Template): boolean {
  return directive.test(text.split('\n', 1)[0] ?? '')
}

/** Files of YAML hold objects; all others (helpers, notes, a README) hold definitions at most. */
function holdsObjects(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return !name.startsWith('_') && /\.(?:ya?ml|json)$/i.test(name)
}

/** Helpers are written to be read as templates; what a README or NOTES.txt looks like is nobody's mistake. */
function isMeantAsTemplate(path: string): boolean {
  return /\.(?:ya?ml|json|tpl)$/i.test(path)
}

/**
 * Renders every file that holds objects; the problems of all files are told together. `only`: the paths of those that are wanted, whatever a
 * directive in them says; what is wrong with the others is not told.
 */
export function renderTemplates(
  templates: readonly Template[],
  values: Json,
  overrides: readonly string[] = [],
  only?: readonly string[],
): RenderedTemplates {
  const isWanted = (path: string): boolean => only?.includes(path) ?? true
  const skipped = templates.filter(each => isSkipped(each) && !only?.includes(each.path))
  const sources = templates
    .filter(each => !skipped.includes(each))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((each): Source => ({ file: each.path, text: each.text }))
  const set = templateSet(sources)
  const told = set.problems.filter(problem => isMeantAsTemplate(problem.place?.file ?? '') && isWanted(problem.place?.file ?? ''))
  const problems = [...told]
  const unreadable = new Set(set.problems.map(problem => problem.place?.file))
  const files: RenderedFile[] = []
  for (const { file } of sources.filter(each => isWanted(each.file) && holdsObjects(each.file) && !unreadable.has(each.file))) {
    const given = valuesOf(values, overrides)
    const rendered = set.render(file, given.values)
    if ('problem' in rendered) problems.push(rendered.problem)
    else files.push(rendered)
  }
  return { files, skipped: skipped.map(each => each.path), problems: [...valuesOf(values, overrides).problems, ...problems] }
}

/** Fresh values for one file: what a template sets in them is seen by that file alone. */
function valuesOf(values: Json, overrides: readonly string[]) {
  const read = fromJson(values)
  const root = isDict(read) ? read : dict()
  return { values: root, problems: override(root, overrides) }
}
