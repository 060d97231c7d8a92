// From what a schema found to problems with places.
import type { z } from 'zod'
import { problemOf, type Failure, type Place, type Problem } from '#base/index.ts'
import { nearMisses, sayShape, type Shape, type TreePath } from '#model/expressions/index.ts'
import { workflow } from '../failures.ts'
import type { Source } from '../documents/source.ts'
import { sayValue, type Complaint } from './leaf.ts'
import { Pending, type PendingTree } from './pending.ts'

/** Reads a part of a document by its schema. `root` is where the part stands; a value is there only where nothing is wrong. */
export function readPart<T>(
  schema: z.ZodType<T>,
  tree: PendingTree,
  source: Source,
  root: TreePath,
): { readonly value?: T; readonly problems: readonly Problem[] } {
  const result = schema.safeParse(tree)
  if (result.success) return { value: result.data, problems: [] }
  return { problems: withoutEchoes(result.error.issues.flatMap(issue => tellIssue(issue, tree, source, root))) }
}

/** A problem, and the field that it says is missing or was misspelt. */
interface Told {
  readonly problem: Problem
  readonly missing?: string
  readonly misspelt?: string
}

/** One slip, one problem: a misspelt field is not also missing, and what several schemas say alike is said once. */
function withoutEchoes(all: readonly Told[]): readonly Problem[] {
  const misspelt = new Set(all.map(each => each.misspelt))
  const messages = new Set<string>()
  return all
    .filter(each => each.missing === undefined || !misspelt.has(each.missing))
    .map(each => each.problem)
    .filter(({ message }) => !messages.has(message) && messages.add(message))
}

function tellIssue(issue: z.core.$ZodIssue, tree: PendingTree, source: Source, root: TreePath): Told[] {
  const inner = issue.path.map(part => (typeof part === 'number' ? part : String(part)))
  const path = [...root, ...inner]
  const { value, depth } = valueAt(tree, inner)
  const complaint = complaintOf(issue)
  if (value instanceof Pending && (!complaint || complaint.form)) {
    const at = [...root, ...inner.slice(0, depth)]
    const wanted = depth < inner.length || issue.code === 'unrecognized_keys' ? mapping : wantedBy(issue)
    return tellPending(wanted, value, sayWhere(source, at)).map(each => ({ problem: tellAt(each, source.place(at)) }))
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map(field => tellUnknown(field, issue.message.split(' '), source, path))
  const failure = failureOf(issue, value, sayWhere(source, path))
  if (value === undefined) return [{ problem: tellAt(failure, source.place(path, 'key')), missing: path.join('.') }]
  const place = complaint?.atKey === undefined ? source.place(path) : source.place([...path, complaint.atKey], 'key')
  return [{ problem: tellAt(failure, place) }]
}

function tellUnknown(field: string, known: readonly string[], source: Source, path: TreePath): Told {
  const near = nearMisses(field, known)
  const failure = workflow.UNKNOWN_FIELD({ where: sayWhere(source, path), field, near, known })
  const problem = tellAt(failure, source.place([...path, field], 'key'))
  return { problem, ...(near[0] !== undefined && { misspelt: [...path, near[0]].join('.') }) }
}

/** A problem whose cure names what to write, where that is known. */
export function tellAt(failure: Failure, place: Place): Problem {
  const { near, wants } = failure.facts as { readonly near?: readonly string[]; readonly wants?: string }
  const write = near?.[0] ?? wants
  return { ...problemOf(failure, place), ...(write !== undefined && { todo: `Write ${write}.` }) }
}

interface Wanted {
  readonly wants: string
  readonly shapes: readonly Shape['is'][]
}

const mapping: Wanted = { wants: 'a mapping', shapes: ['object'] }

/** An expression stands here: its value comes later, its type is known now. */
function tellPending({ wants, shapes }: Wanted, { shape, when }: Pending, where: string): Failure[] {
  if (when === 'never') return []
  if (shapes.length === 0) return [workflow.NO_EXPRESSION_HERE({ where, wants })]
  const fits = shape.is === 'any' || shapes.includes(shape.is)
  if (!fits) return [workflow.WRONG_TYPE({ where, gives: sayShape(shape), wants })]
  return when === 'run' ? [workflow.ONLY_IN_THE_RUN({ where })] : []
}

function complaintOf(issue: z.core.$ZodIssue): Complaint | undefined {
  return issue.code === 'custom' && issue.params ? (issue.params as Complaint) : undefined
}

function wantedBy(issue: z.core.$ZodIssue): Wanted {
  const form = complaintOf(issue)?.form
  if (form) return form
  if (issue.code === 'too_small') return { wants: 'at least one entry', shapes: ['list'] }
  const expected = issue.code === 'invalid_type' ? issue.expected : undefined
  return expected === 'array' ? { wants: 'a list', shapes: ['list'] } : mapping
}

function failureOf(issue: z.core.$ZodIssue, value: unknown, where: string): Failure {
  const complaint = complaintOf(issue)
  if (complaint) return complaint.tell(where)
  const { wants } = wantedBy(issue)
  return value === undefined ? workflow.MISSING({ where, wants }) : workflow.WRONG_VALUE({ where, is: sayValue(value), wants })
}

/** `Workflow canary: phases[0].name`. */
export function sayWhere(source: Source, path: TreePath): string {
  const inSpec = path[0] === 'spec' ? path.slice(1) : path
  const dotted = inSpec.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')
  return dotted ? `${source.title}: ${dotted}` : source.title
}

/** The value at a path, or the pending text on the way to it; `depth` says how far the path goes. */
export function valueAt(tree: PendingTree, path: TreePath): { readonly value: PendingTree | undefined; readonly depth: number } {
  let value: PendingTree | undefined = tree
  for (const [depth, part] of path.entries()) {
    if (value instanceof Pending) return { value, depth }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return { value: undefined, depth }
    value = (value as Readonly<Record<string | number, PendingTree>>)[part]
  }
  return { value, depth: path.length }
}
