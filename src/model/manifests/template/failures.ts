import { defineFailures, kind } from '#base/index.ts'

/** What can be wrong with a template: in its text, or when it meets the values. */
export const failures = defineFailures('TEMPLATE', {
  SYNTAX: kind<{ says: string }>({
    blame: 'user',
    says: f => `Template: ${f.says}`,
    todo: 'Mend the template at this place.',
  }),
  FUNCTION_UNKNOWN: kind<{ name: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `Function ${f.name}: is not available yet${f.near.length > 0 ? `; near are ${f.near.join(', ')}` : ''}`,
    todo: 'Correct the name, or write it with the functions that are there.',
  }),
  TEMPLATE_UNKNOWN: kind<{ name: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `Template ${JSON.stringify(f.name)}: nothing defines it${f.near.length > 0 ? `; near are ${f.near.join(', ')}` : ''}`,
    todo: 'Define it in one of the manifests (files without objects may hold only definitions), or correct the name.',
  }),
  HELM_OBJECT: kind<{ name: string }>({
    blame: 'user',
    says: f => `.${f.name}: is there in Helm charts only; manifests have .Values`,
    todo: 'Take the fact from .Values, or make the manifests a Helm chart.',
  }),
  EVALUATION: kind<{ says: string }>({
    blame: 'user',
    says: f => `Template: ${f.says}`,
    todo: 'Correct the template, or the values that it was given.',
  }),
  FUNCTION: kind<{ name: string; says: string }>({
    blame: 'user',
    says: f => `Function ${f.name}: ${f.says}`,
    todo: 'Correct the arguments, or the values that they come from.',
  }),
  REQUIRED: kind<{ says: string }>({
    blame: 'user',
    says: f => `Value missing: ${f.says}`,
    todo: 'Set it in one of the values files.',
  }),
  REFUSED: kind<{ says: string }>({
    blame: 'user',
    says: f => `The template refuses: ${f.says}`,
    todo: 'Change the values that it refuses.',
  }),
  ENDLESS: kind<{ says: string }>({
    blame: 'user',
    says: f => `Template: ${f.says}`,
    todo: 'Look for a template that includes itself, or for a range over a number that is too large.',
  }),
})
