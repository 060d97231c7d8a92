import { problemOf, type Json, type Problem } from '#base/index.ts'
import { readDocuments, type YamlDocument } from '#model/documents/index.ts'
import { nearMisses } from '#model/expressions/index.ts'
import { workflow } from '../failures.ts'
import { isMapping } from '../written/leaf.ts'
import { tellAt } from '../written/tell.ts'
import { kinds, sourceOf, type DocumentKind, type Source } from './source.ts'

/** The documents of an application, by kind and name. */
export interface Application {
  readonly name: string
  readonly documents: readonly Source[]
}

export interface ApplicationFile {
  /** As people shall read it in messages. */
  readonly path: string
  readonly text: string
}

const ours = 'sluice.dev/v1'

/** Whether a file of an application's folder holds its documents; values files and manifests do not. */
export function isApplicationFile(text: string): boolean {
  return /^\s*["']?apiVersion["']?\s*:\s*["']?sluice\.dev\//m.test(text) || /["']apiVersion["']\s*:\s*["']sluice\.dev\//.test(text)
}

/** The document of a kind with this name. */
export function find(application: Application, kind: DocumentKind, name: string): Source | undefined {
  return application.documents.find(each => each.kind === kind && each.name === name)
}

export function namesOf(application: Application, kind: DocumentKind): readonly string[] {
  return application.documents.filter(each => each.kind === kind).map(each => each.name)
}

export interface ReadSources {
  readonly documents: readonly Source[]
  /** Names of documents that were told and left out: whoever refers to one of them has done nothing wrong. */
  readonly leftOut: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

/** Reads the documents of all files; what cannot be one of ours is told and left out. */
export function readSources(files: readonly ApplicationFile[]): ReadSources {
  const documents: Source[] = []
  const leftOut = new Set<string>()
  const problems: Problem[] = []
  for (const file of files) {
    const read = readDocuments(file.text, file.path)
    problems.push(...unquotedExpressions(read.problems, file.text))
    for (const each of read.documents) {
      const { source, problem } = identify(each, file.text, documents)
      if (source) documents.push(source)
      else leftOut.add(nameOf(each.value))
      if (problem) problems.push(problem)
    }
  }
  return { documents, leftOut, problems }
}

function identify(document: YamlDocument, text: string, before: readonly Source[]): { source?: Source; problem?: Problem } {
  const value: Json = document.value
  const where = `Document of ${document.file}`
  if (!isMapping(value) || value['apiVersion'] !== ours) {
    const apiVersion = isMapping(value) ? value['apiVersion'] : undefined
    const is = typeof apiVersion === 'string' ? `of apiVersion ${apiVersion}` : 'without apiVersion'
    return { problem: problemOf(workflow.NOT_OURS({ where, is }), document.place(['apiVersion'])) }
  }
  const kind = kinds.find(each => each === value['kind'])
  if (!kind) {
    const written = typeof value['kind'] === 'string' ? value['kind'] : ''
    return {
      problem: tellAt(workflow.UNKNOWN_KIND({ where, kind: written, near: nearMisses(written, kinds) }), document.place(['kind'])),
    }
  }
  const name = nameOf(value)
  const source = sourceOf(document, kind, name, text)
  const first = before.find(each => each.kind === kind && each.name === name && name !== '')
  if (!first) return { source }
  const { file, line } = first.place(['metadata', 'name'])
  const failure = workflow.NAME_TWICE({ where: source.title, first: `line ${line} of ${file}` })
  return { problem: problemOf(failure, document.place(['metadata', 'name'])) }
}

function nameOf(value: Json): string {
  const metadata = isMapping(value) ? value['metadata'] : undefined
  return isMapping(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : ''
}

/**
 * An expression without quotes within `{ }` or `[ ]` ends the mapping at its brace, and the parser stumbles from there to the end of the
 * document: the first problem says how to mend all of them.
 */
function unquotedExpressions(problems: readonly Problem[], text: string): readonly Problem[] {
  const lines = text.split('\n')
  const first = problems.find(({ code, place }) => code === yamlSyntax && /[{[].*[^"'$]\$\{/.test(lines[(place?.line ?? 0) - 1] ?? ''))
  const from = first?.place?.line
  if (!first || from === undefined) return problems
  const next = lines.findIndex((line, i) => i >= from && line.startsWith('---'))
  const isEcho = ({ code, place }: Problem): boolean =>
    code === yamlSyntax && place !== undefined && place.line > from && (next < 0 || place.line <= next)
  return problems
    .filter(each => !isEcho(each))
    .map(each => (each === first ? { ...each, todo: 'Put quotes around a text with ${…} inside { } or [ ].' } : each))
}

const yamlSyntax = 'SL-DOCUMENTS-SYNTAX'
