import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { sleep, systemClock } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import { cart, writeApplication, type ApplicationChoice, type Routes } from './application.ts'
import type { Arguments } from './arguments.ts'
import { programsOf } from './cluster-ways.ts'
import { judge, type Evidence, type Verdict } from './judge.ts'
import { openLoad, type Load } from './load.ts'
import type { Ground } from './look-first.ts'
import type { Sluice } from './sluice.ts'
import { watchSplits } from './splits.ts'
import { mustEnd, StoryFailed, type Stage, type Story } from './story.ts'

export interface Theatre {
  readonly asked: Arguments
  readonly context: string
  readonly objects: Objects
  readonly ground: Ground
  /** With a data folder of this name. */
  readonly sluiceOf: (home: string) => Sluice
  /** Where applications are written. */
  readonly folder: string
  readonly signal: AbortSignal
}

export interface Performance {
  /** Undefined where it failed before the first request. */
  readonly verdict: Verdict | undefined
  /** Why it failed; empty: it passed. */
  readonly failed: string
}

/** Milliseconds of load before the release begins and after it has ended: what comes late is seen too. */
const BESIDE = 1000

/** Milliseconds within which a change of a Service or a route is certainly everywhere, where nobody says so (measured: 11.6 s at most). */
const LATE = 12_000

/** The workflow that brings the first version: a canary needs a route, blue/green does with a Service. */
const FIRST = { gateway: 'first', httpRoute: 'first', ingress: 'first', service: 'blue-green' } as const

/** Plays one story in its namespace, which is there and empty. */
export async function perform(story: Story, namespace: string, theatre: Theatre): Promise<Performance> {
  try {
    return await played(story, namespace, theatre)
  } catch (error) {
    theatre.signal.throwIfAborted()
    return { verdict: undefined, failed: error instanceof Error ? error.message : String(error) }
  }
}

async function played(story: Story, namespace: string, theatre: Theatre): Promise<Performance> {
  const { objects, signal, asked, context } = theatre
  const sluice = theatre.sluiceOf(story.ownHost ? story.name : 'all')
  const [from, to] = asked.images.tags
  const application = applicationOf(story, namespace, theatre)
  const folder = mkdtempSync(join(theatre.folder, `${story.name}-`))
  await objects.create(programsOf(namespace), { fieldManager: 'sluice-cluster-test' }, signal)
  writeApplication(folder, application, 0)
  const [first, load] = await Promise.all([
    sluice.run(folder, FIRST[story.through], from),
    openLoad(objects, loadOf(story, application, theatre), signal),
  ])
  mustEnd(first, { code: 0, status: 'done' })
  await load.reaches(signal)
  const splits = await watchSplits(objects, namespace, { through: story.through, bare: `${cart}-svc` })
  let taken: number | undefined
  let id: string | undefined
  const stage: Stage = {
    objects,
    namespace,
    context,
    sluice,
    signal,
    from,
    to,
    async run(workflow, errors = 0) {
      writeApplication(folder, application, errors)
      const ran = await sluice.run(folder, workflow, to)
      id = ran.view.id
      return ran
    },
    taking() {
      taken = Date.now()
    },
  }
  try {
    await load.start()
    await sleep(systemClock, BESIDE, signal)
    const { failed, wanted } = await outcome(story, stage)
    await sleep(systemClock, BESIDE, signal)
    await load.stop()
    const settled = id === undefined ? [] : await settledTimes(sluice, id)
    const { answers, blur } = await load.answers()
    const verdict = judge({ answers, blur, splits: splits.splits(), settled, late: LATE, ...killedIn(taken, settled) })
    return { verdict, failed: [failed, ...troubleIn(verdict), ...lastAnswers(answers, wanted)].filter(each => each !== '').join('\n') }
  } finally {
    splits.close()
  }
}

/** Users are to be back on other pods when the run first knows that a change is everywhere: what is lost later is lost. */
function killedIn(from: number | undefined, settled: readonly number[]): Pick<Evidence, 'killed'> {
  return from === undefined ? {} : { killed: { from, until: settled.find(time => time > from) ?? from + LATE } }
}

async function outcome(story: Story, stage: Stage): Promise<{ readonly failed: string; readonly wanted: string | undefined }> {
  try {
    return { failed: '', wanted: await story.play(stage) }
  } catch (error) {
    if (error instanceof StoryFailed) return { failed: error.message, wanted: undefined }
    throw error
  }
}

function applicationOf(story: Story, namespace: string, { asked, context, ground }: Theatre): ApplicationChoice {
  return { context, namespace, image: asked.images.app, host: `${namespace}.sluice.test`, routes: routesOf(story, ground) }
}

function routesOf({ through }: Story, { istio, ingress }: Ground): Routes {
  if (through === 'ingress' && ingress) return { by: 'ingress', className: ingress.className }
  if (!istio || through === 'service') return { by: 'service' }
  return through === 'gateway' ? { by: 'istio', pods: istio.gateway } : { by: 'gatewayApi', gateway: istio.host }
}

function loadOf(story: Story, { namespace, host }: ApplicationChoice, { asked, ground }: Theatre): Parameters<typeof openLoad>[1] {
  const service = `${cart}-svc.${namespace}.svc.cluster.local`
  const asks =
    { service, ingress: ground.ingress?.host, gateway: ground.istio?.host, httpRoute: ground.istio?.host }[story.through] ?? service
  return { namespace, host, url: `http://${asks}/`, image: asked.images.load, perSecond: asked.perSecond }
}

/** When the run knew that what it had written was everywhere. */
async function settledTimes(sluice: Sluice, id: string): Promise<readonly number[]> {
  const { releases } = await sluice.report(id)
  return releases.flatMap(({ shares }) =>
    shares.flatMap(({ acknowledged }) => (acknowledged === undefined ? [] : [Date.parse(acknowledged)])),
  )
}

function troubleIn({ lost, wrongVersion, trouble }: Verdict): readonly string[] {
  return lost + wrongVersion > 0 ? [`lost ${lost}, wrong version ${wrongVersion}:`, ...trouble] : []
}

/** The last answers must be those of the version that the story ends with. */
function lastAnswers(answers: Awaited<ReturnType<Load['answers']>>['answers'], wanted: string | undefined): readonly string[] {
  const last = answers.at(-1)?.[3]
  return wanted === undefined || last === wanted ? [] : [`at the end version ${last ?? 'none'} answers, not ${wanted}`]
}
