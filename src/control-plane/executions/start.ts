import { Failure, randomName, seededRandom } from '#base/index.ts'
import { questionDeadline, type Asked } from '#control-plane/approvals/index.ts'
import type { ContentStore, ExecutionRow, NewExecution, Started, Supersede } from '#control-plane/engine/index.ts'
import { steps } from '#control-plane/steps/index.ts'
import { stepType, type ResolvedRelease, type ResolvedStep, type ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionStarted, StartExecution } from '#protocol/http/index.ts'
import { allSteps, typedVirtualService } from '#model/application/index.ts'
import { ExecutionInput, type Definition } from './definition.ts'
import { executions } from './failures.ts'
import { programName } from './program.ts'
import { placeOf } from './releases-meant.ts'

/** What starting needs: the engine's start, the store of texts, and words about whoever is in the way. */
export interface Starter {
  readonly content: ContentStore
  start(execution: NewExecution): Promise<Started>
  /** The row of an execution that is there already. */
  row(id: string): Promise<ExecutionRow | undefined>
  /** What an execution does at the moment, in one line. */
  doing(id: string): Promise<string>
}

/** Checks everything, pins the definition, and starts the run; or says who has the release. Nothing is written before all of it is valid. */
export async function startExecution(starter: Starter, request: StartExecution): Promise<ExecutionStarted> {
  const { workflow, manifests, key, who, plan } = request
  const supersede = request.supersede ? { supersede: supersedeFor(workflow, who) } : {}
  checkWorkflow(workflow)
  await keepContents(starter.content, request)
  const definition = await starter.content.put(JSON.stringify({ workflow, manifests } satisfies Definition))
  const input: ExecutionInput = { definition, key, who, ...(plan === undefined ? {} : { plan }) }
  const holds = workflow.releases.map(placeOf)
  // The name follows from the key, so that the same request twice finds its run; a clash with another key takes the next one.
  for (let attempt = 0; ; attempt++) {
    const id = nameFor(key, attempt)
    const started = await starter.start({ id, program: programName, input, subject: subjectOf(workflow), by: who, holds, ...supersede })
    if (started.is === 'started') return { id, existed: false, ...(started.behind ? { behind: [...started.behind] } : {}) }
    if (started.is === 'held') throw await busy(starter, releaseHeld(workflow, started.name), started.by)
    const existing = ExecutionInput.safeParse((await starter.row(id))?.input)
    if (existing.data?.key === key) return { id, existed: true }
  }
}

/** The wait of a run that takes others' place, as people read it. */
function supersedeFor({ releases }: ResolvedWorkflow, by: string): Supersede {
  const why = [...new Set(releases.map(({ service, artifact }) => `${service} ${artifact.version}`))].join(', ')
  const words = { for: 'to be back on its former version', next: 'nothing is started' }
  const about: Asked = { is: 'time', says: 'waits its turn', answers: [] }
  return { by, why, wait: { ...words, deadline: questionDeadline, about } }
}

/** What is released where, for lists. */
function subjectOf(workflow: ResolvedWorkflow): unknown {
  return { application: workflow.application, workflow: workflow.name, releases: workflow.releases.map(release => release.id) }
}

function releaseHeld(workflow: ResolvedWorkflow, hold: string): string {
  return workflow.releases.find(release => placeOf(release) === hold)?.id ?? hold
}

async function busy(starter: Starter, release: string, by: ExecutionRow): Promise<Failure> {
  const { workflow } = by.subject as { readonly workflow: string }
  const doing = await starter.doing(by.id)
  const since = new Date(by.startedAt).toISOString()
  return executions.RELEASE_BUSY({ release, execution: by.id, workflow, who: by.by ?? 'somebody', since, doing })
}

/** Four letters tell the runs of years apart at a glance; more come when they clash. */
function nameFor(key: string, attempt: number): string {
  let seed = 0x811c9dc5
  for (const char of `${key}#${attempt}`) seed = Math.imul(seed ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return randomName(seededRandom(seed), 4 + Math.floor(attempt / 3))
}

async function keepContents(content: ContentStore, { workflow, manifests, contents }: StartExecution): Promise<void> {
  const applied = workflow.phases.flatMap(allSteps).filter(({ type }) => type === 'apply')
  const wanted = [
    ...workflow.releases.map(({ id }) => ({ key: id, what: `manifests of ${id}` })),
    ...applied.map(({ path }) => ({ key: path, what: `files of step ${path}` })),
  ]
  for (const { key, what } of wanted) {
    const hash = manifests[key]
    const text = hash === undefined ? undefined : contents[hash]
    if (hash === undefined || text === undefined) throw executions.CONTENT_MISSING({ hash: hash ?? 'none', what })
    if ((await content.put(text)) !== hash) throw executions.CONTENT_MISSING({ hash, what })
  }
}

/** Everything that can be wrong with a definition before it runs; all of it at once. */
function checkWorkflow(workflow: ResolvedWorkflow): void {
  const problems = [
    ...workflow.phases.flatMap(allSteps).flatMap(step => [...stepProblem(step), ...placeProblem(step, workflow)]),
    ...workflow.releases.flatMap(release => nameProblem(workflow, release)),
  ]
  const [first] = problems
  if (!first) return
  throw new Failure({
    ...first.record(),
    message: problems.map(each => each.message).join(' '),
    facts: { problems: problems.map(each => each.record()) },
  })
}

function stepProblem(step: ResolvedStep): Failure[] {
  const type = steps.find(each => each.type === step.type)
  if (!type) return [executions.STEP_UNKNOWN({ step: step.path, type: step.type, known: steps.map(each => each.type) })]
  const read = type.input.safeParse(step.input)
  if (read.success) return []
  const reason = read.error.issues.map(issue => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ')
  return [executions.STEP_INPUT({ step: step.path, reason })]
}

/** A step that moves traffic has nothing to move where none is managed. */
function placeProblem({ path, type }: ResolvedStep, { strategy }: ResolvedWorkflow): Failure[] {
  const known = stepType(type)
  const fits = known?.strategies === undefined || known.strategies.includes(strategy)
  return fits ? [] : [executions.STEP_MISPLACED({ step: path, title: known.title, strategy })]
}

function nameProblem(workflow: ResolvedWorkflow, { id }: ResolvedRelease): Failure[] {
  try {
    typedVirtualService(workflow, id)
    return []
  } catch (error) {
    if (error instanceof Failure) return [error]
    throw error
  }
}
