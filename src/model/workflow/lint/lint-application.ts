import { problemOf, type Json, type Problem } from '#base/index.ts'
import { isTemplate } from '#model/expressions/index.ts'
import { find, type Application } from '../documents/application.ts'
import { evaluatePart } from '../documents/evaluate.ts'
import { inOrder } from '../documents/in-order.ts'
import type { Source } from '../documents/source.ts'
import { declaredVariables, documentScope } from '../names/document-scope.ts'
import { outlineOf, type OutlineStep } from '../names/outline.ts'
import { stepType } from '../steps/index.ts'
import { Strategy } from '../strategy.ts'
import { isMapping } from '../written/leaf.ts'
import type { PendingTree } from '../written/pending.ts'
import { valueAt } from '../written/tell.ts'
import { variable } from '../written/variables.ts'
import type { Lane, LintSetting, LintStep, LintWorkflow } from './lint-workflow.ts'
import type { Finding } from './rule.ts'
import { rules } from './rules/index.ts'

/** What is allowed in the workflows of an application, and hardly meant. What is wrong is told by parseApplication. */
export async function lintApplication(application: Application, setting: LintSetting = {}): Promise<readonly Problem[]> {
  const sources = application.documents.filter(each => each.kind === 'Workflow')
  const workflows = await Promise.all(sources.map(each => lintWorkflow(application, each)))
  const problems = workflows.flatMap(each => Object.values(rules).flatMap(rule => rule(each, setting).map(problemFrom)))
  // Two workflows may share a document.
  const once = [...new Map(problems.map(each => [JSON.stringify(each), each])).values()]
  return inOrder(once, [...new Set(application.documents.map(each => each.place([]).file))])
}

function problemFrom({ failure, source, at, on = 'value', severity, todo }: Finding): Problem {
  return { ...problemOf(failure, source.place(at, on), severity), ...(todo !== undefined && { todo }) }
}

async function lintWorkflow(application: Application, source: Source): Promise<LintWorkflow> {
  const { steps, rollback } = outlineOf(source.spec)
  const { tree } = await evaluatePart(source, [], documentScope(source, { variables: declaredVariables(application.documents) }), {
    variables: defaultsOf(source),
  })
  const withInput = (step: OutlineStep): LintStep => ({ ...step, input: inputOf(step, tree) })
  const strategy = Strategy.safeParse(source.at(['spec', 'strategy'])).data
  const forward = steps.map(withInput)
  return {
    source,
    ...(strategy && { strategy }),
    steps: forward,
    rollback: rollback.map(withInput),
    lanes: lanesOf(application, source, forward),
  }
}

/** Without what a run brings, a variable has its default. */
function defaultsOf(source: Source): Json {
  const written = source.at(['spec', 'variables'])
  const entries = isMapping(written) ? Object.entries(written).map(([name, each]) => [name, variable.safeParse(each).data?.default]) : []
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && !(typeof value === 'string' && isTemplate(value)))) as Json
}

function inputOf(step: OutlineStep, tree: PendingTree): unknown {
  return stepType(step.type)?.written.safeParse(valueAt(tree, [...step.at, step.type]).value ?? {}).data
}

function lanesOf(application: Application, source: Source, steps: readonly LintStep[]): readonly Lane[] {
  const shared = source.at(['spec', 'infrastructure'])
  const nameOf = (step: LintStep): string => step.phase.infrastructure ?? (typeof shared === 'string' ? shared : '')
  return [...new Set(steps.map(nameOf))].map(name => {
    const own = steps.filter(step => nameOf(step) === name)
    const infrastructure = find(application, 'Infrastructure', name)
    const environment = infrastructure && find(application, 'Environment', String(infrastructure.at(['spec', 'environment'])))
    return { steps: own, ...(infrastructure && { infrastructure }), ...(environment && { environment }) }
  })
}
