import { problemOf, type Failure, type Problem } from '#base/index.ts'
import { workflow } from '../failures.ts'
import { declaredVariables, documentScope } from '../names/document-scope.ts'
import { outlineOf } from '../names/outline.ts'
import { stepType } from '../steps/index.ts'
import { Strategy } from '../strategy.ts'
import { isMapping } from '../written/leaf.ts'
import { Environment, Infrastructure, Service, Workflow } from '../written/kinds.ts'
import { readPart, sayWhere } from '../written/tell.ts'
import { readSources, type Application, type ApplicationFile } from './application.ts'
import { evaluatePart } from './evaluate.ts'
import { inOrder } from './in-order.ts'
import { referenceProblems } from './references.ts'
import type { Source } from './source.ts'

const schemas = { Service, Environment, Infrastructure, Workflow }

export interface ParsedApplication {
  readonly application: Application
  /** Documents with an error in them: what else they say may be read, and nothing should be made of what they do not. */
  readonly unsound: ReadonlySet<Source>
  readonly problems: readonly Problem[]
}

/**
 * Reads an application from the text of its files, and finds everything that is wrong before any run: shape, names of documents, steps,
 * names and types in every `${…}`. `name` is the application's; left out, the first service's.
 */
export async function parseApplication(files: readonly ApplicationFile[], name?: string): Promise<ParsedApplication> {
  const read = readSources(files)
  const service = read.documents.find(each => each.kind === 'Service')
  const application: Application = { name: name ?? service?.name ?? 'application', documents: read.documents }
  const variables = declaredVariables(application.documents)
  const found = await Promise.all(
    application.documents.map(async source => ({
      source,
      problems: [
        ...(await documentProblems(source, variables)),
        ...referenceProblems(application, source, read.leftOut),
        ...strategyProblems(source),
      ],
    })),
  )
  const unsound = found.filter(each => each.problems.some(problem => problem.severity === 'error')).map(each => each.source)
  const problems = [...read.problems, ...found.flatMap(each => each.problems)]
  return {
    application,
    unsound: new Set(unsound),
    problems: inOrder(
      problems,
      files.map(each => each.path),
    ),
  }
}

async function documentProblems(source: Source, variables: ReturnType<typeof declaredVariables>): Promise<Problem[]> {
  const { tree, problems } = await evaluatePart(source, [], documentScope(source, { variables }))
  return [...problems, ...readPart<unknown>(schemas[source.kind], tree, source, []).problems]
}

/** Steps that have no place in a workflow of this strategy, or among its rollback steps. */
function strategyProblems(source: Source): Problem[] {
  const strategy = Strategy.safeParse(isMapping(source.spec) ? source.spec['strategy'] : undefined).data
  if (source.kind !== 'Workflow' || !strategy) return []
  const { steps, rollback } = outlineOf(source.spec)
  return [...steps, ...rollback].flatMap(step => {
    const type = stepType(step.type)
    const where = sayWhere(source, step.at)
    if (step.type === 'check' && (strategy === 'rolling' || strategy === 'basic') && !checksStable(source.at([...step.at, 'check'])))
      return [problemOf(workflow.CHECKS_NO_CANARY({ where, strategy }), source.place([...step.at, 'check'], 'key'))]
    if (!type?.strategies) return []
    const told = (failure: Failure): Problem[] => [problemOf(failure, source.place([...step.at, step.type], 'key'))]
    if (!type.strategies.includes(strategy))
      return told(workflow.WRONG_STRATEGY({ where, title: type.title, strategy, may: type.strategies }))
    return rollback.includes(step) ? told(workflow.ROLLBACK_STEP({ where, title: type.title })) : []
  })
}

/** The canary is what a check measures unless it says otherwise. */
function checksStable(check: unknown): boolean {
  return isMapping(check) && check['version'] === 'stable'
}
