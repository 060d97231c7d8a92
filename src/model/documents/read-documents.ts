import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml'
import { problemOf, type Problem } from '#base/index.ts'
import { documents as failures } from './failures.ts'
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
