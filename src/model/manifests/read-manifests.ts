/**
 * 1. Every problem is told at the place in the template that a person wrote.
 * 2. Objects that have an error are still in the list, so that whoever looks at the others sees them in their company; a document that is no
 *    object is not.
 */
import { objectName, problemOf, type Json, type Place, type Problem } from '#base/index.ts'
import { readDocuments, type YamlDocument, type YamlPath } from '#model/documents/index.ts'
import { checkObject } from './check-object.ts'
import { manifests } from './failures.ts'
import { definedScopes, groupOf, isNamespaced } from './kinds.ts'
import { isMapping } from './mapping.ts'
import { tracer, type RenderedFile } from './rendered-file.ts'
import type { RenderedObject } from './rendered-object.ts'

export interface Manifests {
  readonly objects: readonly RenderedObject[]
  readonly problems: readonly Problem[]
}

/** Reads rendered texts into the objects that a namespace gets: lists are taken apart, missing namespaces filled in. */
export function readManifests(files: readonly RenderedFile[], namespace: string): Manifests {
  const objects: RenderedObject[] = []
  const problems: Problem[] = []
  for (const file of files) {
    const trace = tracer(file)
    const read = readDocuments(file.text, file.file)
    problems.push(...read.problems.map(problem => traced(problem, file, trace)))
    for (const found of read.documents.flatMap(document => objectsOf(document, trace))) {
      problems.push(...found.problems)
      if (found.object) objects.push(found.object)
    }
  }
  const placed = inNamespace(objects, namespace)
  return { objects: placed.objects, problems: [...problems, ...placed.problems, ...duplicates(placed.objects)] }
}

/** A problem of the rendered text, told where its template has it; the rendered line is shown where the template's reads otherwise. */
function traced(problem: Problem, file: RenderedFile, trace: (place: Place) => Place): Problem {
  if (!problem.place) return problem
  const place = trace(problem.place)
  const rendered = lineOf(file.text, problem.place)
  const asWritten = place.file === file.file && lineOf(file.written, place) === rendered
  return { ...problem, message: asWritten ? problem.message : `${problem.message} (rendered: ${rendered})`, place }
}

const lineOf = (text: string, { line }: Place): string => text.split('\n')[line - 1]?.trim() ?? ''

interface Item {
  readonly value: Json
  readonly path: YamlPath
}

/** Kinds that end in List stand for their items, as kubectl takes them. */
function itemsOf(value: Json, path: YamlPath): readonly Item[] {
  if (!isMapping(value)) return [{ value, path }]
  const { kind, items } = value
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ value, path }]
  return (items as readonly Json[]).flatMap((item, index) => itemsOf(item, [...path, 'items', index]))
}

interface Found {
  readonly object?: RenderedObject | undefined
  readonly problems: readonly Problem[]
}

function objectsOf(document: YamlDocument, trace: (place: Place) => Place): readonly Found[] {
  return itemsOf(document.value, []).map(({ value, path }) => {
    const place = (inside: YamlPath, at?: 'key' | 'value'): Place => trace(document.place([...path, ...inside], at))
    if (!isMapping(value)) return { problems: [problemOf(manifests.NOT_AN_OBJECT({ is: whatIs(value) }), place([]))] }
    const { object, problems } = checkObject(value, place)
    return { object: object && { object, source: place([]), place }, problems }
  })
}

function whatIs(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `the ${typeof value} ${String(value)}`
}

/** Fills in the namespace where an object has none and lives in one; another namespace stays, and is told. */
function inNamespace(objects: readonly RenderedObject[], namespace: string): Manifests {
  const defined = definedScopes(objects.map(each => each.object))
  const problems: Problem[] = []
  const placed = objects.map(each => {
    const { object } = each
    const { metadata } = object
    if (!isNamespaced(object.kind, defined) || metadata.namespace === namespace) return each
    if (metadata.namespace === undefined) return { ...each, object: { ...object, metadata: { ...metadata, namespace } } }
    problems.push(
      problemOf(manifests.NAMESPACE({ object: objectName(object), namespace }), each.place(['metadata', 'namespace']), 'warning'),
    )
    return each
  })
  return { objects: placed, problems }
}

function duplicates(objects: readonly RenderedObject[]): Problem[] {
  const seen = new Map<string, RenderedObject>()
  return objects.flatMap(each => {
    const { apiVersion, kind, metadata } = each.object
    const key = [groupOf(apiVersion), kind, metadata.namespace, metadata.name].join('/')
    const first = seen.get(key)
    if (!first) {
      seen.set(key, each)
      return []
    }
    return [
      problemOf(
        manifests.DUPLICATE({ object: objectName(each.object), first: `${first.source.file}:${first.source.line}` }),
        each.place(['metadata', 'name']),
      ),
    ]
  })
}
