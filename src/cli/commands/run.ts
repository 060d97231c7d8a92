import { createHash, randomUUID } from 'node:crypto'
import { preparedRun, type ImageOptions } from '../application-folder.ts'
import { cli } from '../failures.ts'
import { startedHost, whoAmI } from '../host.ts'
import { planOf } from '../planning.ts'
import { showStarted, type ShownRun } from '../started.ts'
import type { Terminal } from '../terminal.ts'
import { pinnedText, type PreparedRun } from '#model/application/index.ts'
import type { StartExecution } from '#protocol/http/index.ts'

interface RunOptions extends ImageOptions, ShownRun {
  readonly plan?: string
  readonly supersede?: boolean
}

/** `sluice run [workflow]`: hands the run to the host and shows it until it ends. */
export async function run([name]: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const prepared = await preparedRun(name, options, terminal)
  if (options.plan !== undefined) await checkPlan(options.plan, prepared)
  const host = await startedHost()
  const supersede = options.supersede === true ? { supersede: true } : {}
  return showStarted(await host.start({ ...requestOf(prepared, options.plan), ...supersede }), options, terminal)
}

async function checkPlan(wanted: string, prepared: PreparedRun): Promise<void> {
  const { hash } = await planOf(prepared)
  if (!hash.startsWith(wanted)) throw cli.PLAN_CHANGED({ wanted, found: hash })
}

/** A definition bound to its manifests, every text by its hash. */
export function requestOf({ workflow, releases, applied }: PreparedRun, plan?: string): StartExecution {
  if (!workflow) throw new Error('a run without a workflow was let through')
  const pinned = [
    ...releases.map(prepared => ({ id: prepared.release.id, text: pinnedText(prepared) })),
    ...applied.map(({ path, text }) => ({ id: path, text })),
  ]
  const texts = pinned.map(each => ({ ...each, hash: createHash('sha256').update(each.text).digest('hex') }))
  return {
    key: randomUUID(),
    workflow,
    manifests: Object.fromEntries(texts.map(({ id, hash }) => [id, hash])),
    contents: Object.fromEntries(texts.map(({ hash, text }) => [hash, text])),
    ...(plan === undefined ? {} : { plan }),
    who: whoAmI(),
  }
}
