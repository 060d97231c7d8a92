// The JSON Schema of Sluice's documents, for editors: made from the very schemas that read them, so that it can't be behind.
import { z } from 'zod'
import { stepTypes } from './steps/index.ts'
import { drawingOf, type Drawing } from './written/drawing.ts'
import { Environment, Infrastructure, Service, Workflow } from './written/kinds.ts'
import { phaseFields, sectionFields, usualSections } from './written/phase.ts'
import { sharedFields, step } from './written/step.ts'

/** A part of a JSON Schema. */
export type JsonSchema = { [key: string]: unknown }

/**
 * One schema for every document, told apart by `kind`. It says what may be written, not all that is checked: sums of weights, names of other
 * documents and the types of expressions are for `sluice lint`.
 */
export function editorSchema(): JsonSchema {
  const kinds = { Service, Environment, Infrastructure, Workflow }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Documents of Sluice',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: { apiVersion: { const: 'sluice.dev/v1' }, kind: { enum: Object.keys(kinds) } },
    allOf: Object.keys(kinds).map(ofKind),
    $defs: {
      ...Object.fromEntries(Object.entries(kinds).map(([kind, schema]) => [kind, withKind(kind, draw(schema))])),
      step: stepSchema(),
      steps: stepsSchema(),
      phase: phaseSchema(),
    },
  }
}

/** A document is of this kind and as the kind says, or of another one. */
function ofKind(kind: string): JsonSchema {
  return { anyOf: [{ $ref: `#/$defs/${kind}` }, { properties: { kind: { not: { const: kind } } } }] }
}

/** The apiVersion is the same for every document: it stands above. */
function withKind(kind: string, { properties, ...schema }: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(properties as JsonSchema), apiVersion: true, kind: { const: kind } } }
}

function draw(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...drawn } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const drawing = drawingOf(zodSchema)
      if (!drawing) return
      const { description } = jsonSchema
      Object.assign(jsonSchema, drawnSchema(drawing), description === undefined ? {} : { description })
    },
  }) as JsonSchema
  return drawn
}

function drawnSchema(drawing: Drawing): JsonSchema {
  if ('part' in drawing) return { $ref: `#/$defs/${drawing.part}` }
  return 'forms' in drawing ? { anyOf: drawing.forms.map(draw) } : leafSchema(drawing)
}

const types: Readonly<Record<string, string>> = {
  text: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  object: 'object',
}

/** Whatever an expression may stand for may be written as one. */
const expression = { type: 'string', pattern: String.raw`\$\{` }

function leafSchema({ wants, shapes, only }: Extract<Drawing, { wants: string }>): JsonSchema {
  const description = `${wants[0]?.toUpperCase() ?? ''}${wants.slice(1)}.`
  // Where no expression may stand, nothing is known of the form but its words.
  if (shapes.length === 0) return { description }
  const plain = [...new Set(shapes.map(each => types[each] ?? 'string'))].filter(type => type !== 'string' || !only)
  const alternatives = [...(plain.length > 0 ? [{ type: plain }] : []), ...(only ? [{ enum: [...only] }] : [])]
  return { description, anyOf: plain.includes('string') ? alternatives : [...alternatives, expression] }
}

/** One key names the type, the others are shared by all types. */
function stepSchema(): JsonSchema {
  const { properties } = draw(sharedFields)
  const ofTypes = stepTypes.map(({ type, about, written }) => [type, { ...draw(written), description: about }] as const)
  return {
    type: 'object',
    properties: { ...(properties as JsonSchema), ...Object.fromEntries(ofTypes.map(([type, schema]) => [type, orNothing(schema)])) },
    oneOf: stepTypes.map(({ type }) => ({ required: [type] })),
    additionalProperties: false,
  }
}

/** `canaryDelete:` with nothing behind it means the same as `canaryDelete: {}`. */
function orNothing({ description, ...schema }: JsonSchema): JsonSchema {
  const required = schema['required'] as readonly string[] | undefined
  const mayBeEmpty = schema['type'] === 'object' && (required ?? []).length === 0
  return mayBeEmpty ? { description, anyOf: [schema, { type: 'null' }] } : { description, ...schema }
}

function stepsSchema(): JsonSchema {
  const list = draw(z.array(step))
  return {
    description: 'Steps, in the order in which they run; or a mapping with steps and what holds for all of them.',
    anyOf: [list, draw(sectionFields)],
  }
}

/** Every key that is no field of a phase names a section. */
function phaseSchema(): JsonSchema {
  const { properties, ...schema } = draw(phaseFields)
  const sections = Object.fromEntries(usualSections.map(name => [name, { $ref: '#/$defs/steps' }]))
  return { ...schema, properties: { ...(properties as JsonSchema), ...sections }, additionalProperties: { $ref: '#/$defs/steps' } }
}
