import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml'
import { problemOf, type Problem } from '#base/index.ts'
import { documents as failures } from './failures.ts'
import { simpleDocuments, type SimpleDocument } from './simple-documents.ts'
import { valueOf } from './value-of.ts'
import { placeAt, yamlDocument, type YamlDocument } from './yaml-document.ts'

export interface Documents {
  /** Without empty ones, and without those that have an error: what is here can be read as it stands. */
  readonly documents: readonly YamlDocument[]
  /** Every problem of the file, in its order. */
  readonly problems: readonly Problem[]
}

/** Reads all YAML documents of a text as kubectl would; `file` is the name told in places. */
export function readDocuments(text: string, file: string): Documents {
  const simple = simpleDocuments(text)
  if (!simple) return parsedDocuments(text, file)
  let parsed: readonly YamlDocument[] | undefined
  const parser = (index: number): YamlDocument | undefined => (parsed ??= parsedDocuments(text, file).documents)[index]
  return { documents: simple.map((each, index) => simpleDocument(each, file, () => parser(index))), problems: [] }
}

/** Only places ask for the parser, and few places are ever asked for: that of the document itself is known without. */
function simpleDocument({ value, line, column }: SimpleDocument, file: string, parsed: () => YamlDocument | undefined): YamlDocument {
  const start = { file, line, column }
  return { file, value, place: (path, at) => (path.length === 0 ? start : (parsed()?.place(path, at) ?? start)) }
}

/** The same, by the parser. */
export function parsedDocuments(text: string, file: string): Documents {
  const lines = new LineCounter()
  // `failsafe` leaves every scalar as the text it is; plain-scalar.ts says what the text means.
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  })
  const openEnd = text.endsWith('\n') ? undefined : text.length
  const documents: YamlDocument[] = []
  const problems: Problem[] = []
  for (const syntax of Array.isArray(parsed) ? (parsed as Document.Parsed[]) : []) {
    const found: Problem[] = syntaxProblems(syntax.errors, file, lines)
    const report = { problem: (each: Problem) => void found.push(each), place: (offset: number) => placeAt(offset, file, lines), openEnd }
    const value = found.length === 0 ? valueOf(syntax, report) : null
    if (value !== null && !found.some(each => each.severity === 'error')) documents.push(yamlDocument(syntax, value, file, lines))
    problems.push(...found)
  }
  return { documents, problems }
}

/** One mistake often makes the parser stumble several times in its line: the first one tells. */
function syntaxProblems(errors: readonly YAMLError[], file: string, lines: LineCounter): Problem[] {
  const told = new Set<number>()
  return errors.flatMap(error => {
    const place = placeAt(error.pos[0], file, lines)
    if (told.has(place.line)) return []
    told.add(place.line)
    return [problemOf(failures.SYNTAX({ says: error.message }), place)]
  })
}
