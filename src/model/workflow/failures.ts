import { defineFailures, kind } from '#base/index.ts'

const or = (near: readonly string[]): string => (near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '')

/** What can be wrong with Sluice's documents. `where` is the document's name with the path of the field: `Workflow canary: phases[0].name`. */
export const workflow = defineFailures('WORKFLOW', {
  NOT_OURS: kind<{ where: string; is: string }>({
    blame: 'user',
    says: f => `${f.where}: is ${f.is}, which no application has`,
    todo: 'Write apiVersion: sluice.dev/v1; objects of Kubernetes belong into the manifests folder.',
  }),
  UNKNOWN_KIND: kind<{ where: string; kind: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: there is no kind ${f.kind}${or(f.near)}`,
    todo: 'Write Service, Environment, Infrastructure or Workflow.',
  }),
  NAME_TWICE: kind<{ where: string; first: string }>({
    blame: 'user',
    says: f => `${f.where}: this name is taken by ${f.first}`,
    todo: 'Give it another name.',
  }),
  UNKNOWN_FIELD: kind<{ where: string; field: string; near: readonly string[]; known: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: there is no field ${f.field}${or(f.near)}`,
    todo: 'Correct the name, or take the field away.',
  }),
  MISSING: kind<{ where: string; wants: string }>({
    blame: 'user',
    says: f => `${f.where}: is missing`,
    todo: 'Add it.',
  }),
  WRONG_VALUE: kind<{ where: string; is: string; wants: string }>({
    blame: 'user',
    says: f => `${f.where}: is ${f.is}, wants ${f.wants}`,
    todo: 'Write what it wants.',
  }),
  WRONG_TYPE: kind<{ where: string; gives: string; wants: string }>({
    blame: 'user',
    says: f => `${f.where}: its expression gives ${f.gives}, wants ${f.wants}`,
    todo: 'Use another expression, or write the value itself.',
  }),
  NO_EXPRESSION_HERE: kind<{ where: string; wants: string }>({
    blame: 'user',
    says: f => `${f.where}: no expression may stand here, it wants ${f.wants}`,
    todo: 'Write the value itself.',
  }),
  ONLY_IN_THE_RUN: kind<{ where: string }>({
    blame: 'user',
    says: f => `${f.where}: must be known before the run, its expression is known only in it`,
    todo: 'Use names that are known before the run: not k8s, approvals or outputs.',
  }),
  UNKNOWN_REFERENCE: kind<{ where: string; kind: string; name: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: there is no ${f.kind} ${f.name}${or(f.near)}`,
    todo: 'Name one that exists, or add its document.',
  }),
  UNKNOWN_STEP: kind<{ where: string; type: string; near: readonly string[]; known: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: there is no step type ${f.type}${or(f.near)}`,
    todo: 'Use one of the step types of the guide.',
  }),
  NO_STEP: kind<{ where: string }>({
    blame: 'user',
    says: f => `${f.where}: no key of it names a step type`,
    todo: 'Add one, such as wait: { for: 30s }.',
  }),
  SEVERAL_STEPS: kind<{ where: string; types: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: names several step types, ${f.types.join(' and ')}`,
    todo: 'Begin a new step with a dash before the second one.',
  }),
  WRONG_STRATEGY: kind<{ where: string; title: string; strategy: string; may: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: a ${f.title} has no place in a workflow with the strategy ${f.strategy}`,
    todo: 'Take the step away, or change the strategy.',
  }),
  ROLLBACK_STEP: kind<{ where: string; title: string }>({
    blame: 'user',
    says: f =>
      `${f.where}: a ${f.title} has no place among rollback steps: when they run, users are back on the former version and the release has been let go`,
    todo: 'Take the step away: the way back takes everybody home by itself.',
  }),
  CHECKS_NO_CANARY: kind<{ where: string; strategy: string }>({
    blame: 'user',
    says: f => `${f.where}: measures the canary, and a workflow with the strategy ${f.strategy} has none`,
    todo: 'Write version: stable, which measures the workload itself.',
  }),
  WEIGHT_SUM: kind<{ where: string; sum: number }>({
    blame: 'user',
    says: f => `${f.where}: the weights sum to ${f.sum}, not to 100`,
    todo: 'Make them sum to 100.',
  }),
  DESTINATION_TWICE: kind<{ where: string; destination: string }>({
    blame: 'user',
    says: f => `${f.where}: ${f.destination} stands here a second time`,
    todo: 'Write one row with the sum of both weights.',
  }),
  NO_JUDGEMENT: kind<{ where: string }>({
    blame: 'user',
    says: f => `${f.where}: measures nothing`,
    todo: 'Add errorRate or latency.',
  }),
  TIMEOUT_TOO_SHORT: kind<{ where: string; timeout: string; lasts: string }>({
    blame: 'user',
    says: f => `${f.where}: times out after ${f.timeout}, before the ${f.lasts} that the step lasts`,
    todo: 'Leave timeout out, or make it longer.',
  }),
  EMPTY_PHASE: kind<{ where: string }>({
    blame: 'user',
    says: f => `${f.where}: has no step`,
    todo: 'Add steps to its deploy section, or take the phase away.',
  }),
  VALUES_FORM: kind<{ file: string; is: string }>({
    blame: 'user',
    says: f => `Values file ${f.file}: is ${f.is}, wants one document that is a mapping`,
    todo: 'Write NAME: VALUE lines, in one document.',
  }),
  NO_INFRASTRUCTURE: kind<{ where: string }>({
    blame: 'user',
    says: f => `${f.where}: names no infrastructure, nor does its workflow`,
    todo: 'Add infrastructure: NAME, or run with --infrastructure NAME.',
  }),
  SEVERAL_INFRASTRUCTURES: kind<{ where: string; names: readonly string[]; asked: string }>({
    blame: 'user',
    says: f => `${f.where}: its phases name ${f.names.join(' and ')}, so ${f.asked} cannot replace them`,
    todo: 'Leave infrastructure out in the phases that it shall replace.',
  }),
  PHASE_VARIABLES_DIFFER: kind<{ where: string; release: string; variable: string }>({
    blame: 'user',
    says: f => `${f.where}: gives ${f.variable} another value than an earlier phase of the same release ${f.release}`,
    todo: 'Move the variable to the workflow, or use another infrastructure.',
  }),
  NO_WORKFLOW: kind<{ name: string; near: readonly string[]; known: readonly string[] }>({
    blame: 'user',
    says: f => `Workflow ${f.name}: does not exist${or(f.near) || `; there is ${f.known.join(', ') || 'none'}`}`,
    todo: 'Name a workflow of this application.',
  }),
  IMAGE_PART: kind<{ part: string; is: string; wants: string }>({
    blame: 'user',
    says: f => `${f.part} "${f.is}": wants ${f.wants}`,
    todo: 'Correct it.',
  }),
  UNKNOWN_VARIABLE: kind<{ where: string; variable: string; near: readonly string[] }>({
    blame: 'user',
    says: f => `${f.where}: has no variable ${f.variable}${or(f.near)}`,
    todo: 'Declare it in the workflow, the environment or the service.',
  }),
  VARIABLE_MISSING: kind<{ where: string; variable: string }>({
    blame: 'user',
    says: f => `${f.where}: the variable ${f.variable} has no value`,
    todo: 'Run with --set NAME=VALUE, or give it a default.',
  }),
  VARIABLE_VALUE: kind<{ where: string; variable: string; is: string; wants: string }>({
    blame: 'user',
    says: f => `${f.where}: the variable ${f.variable} is ${f.is}, wants ${f.wants}`,
    todo: 'Give it such a value.',
  }),
  NOT_YET: kind<{ where: string; what: string; instead: string }>({
    blame: 'user',
    says: f => `${f.where}: ${f.what}`,
    todo: 'Use what is there; see the guide.',
  }),
})
