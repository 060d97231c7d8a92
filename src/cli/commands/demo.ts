import { formatDuration } from '#base/index.ts'
import { connectCluster } from '#delegate/kubernetes/index.ts'
import { prepareRun } from '#model/application/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { demo as names, demoApplication } from '../demo/application.ts'
import { Judge, type Tally } from '../demo/judge.ts'
import { startLoad } from '../demo/load.ts'
import { openDemoWorld, type DemoWorld } from '../demo/processes.ts'
import { newStage, type Stage } from '../demo/stage.ts'
import { watchSplits } from '../demo/splits.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { createNamespace } from '../demo/namespace.ts'
import { requestOf } from '../request.ts'

/** Version 1, the good version 2, and one that answers errors. */
const versions = { from: '1.0.0', to: '2.0.0', bad: '2.0.0-bad' } as const

/** Requests a second: enough to see a share of 10 % within seconds, little enough for two busy cores. */
const LOAD = 60

/** `sluice demo [--fail]`: version 1 serves, version 2 is released under load, and every request is judged. */
export async function demo(_: readonly string[], options: { readonly fail?: boolean }, terminal: Terminal): Promise<number> {
  const to = options.fail ? versions.bad : versions.to
  const stage = newStage(terminal)
  const begun = Date.now()
  stage.say('a cluster with a mesh is starting in a process of its own …')
  const opening = openDemoWorld()
  let leaving: Promise<void> | undefined
  const leave = (): void => {
    if (leaving) return
    stage.say('stopping: its cluster, its host and its files are taken away …')
    leaving = opening.then(world => world.close()).finally(() => process.exit(exit.returned))
  }
  // A terminal that is closed leaves nothing behind either.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  const world = await opening
  stage.say('settled when the mesh says so, drained for 1 s: right for a sandbox, a real cluster takes the defaults')
  try {
    stage.say(`look around meanwhile: kubectl --kubeconfig ${world.kubeconfig} -n ${names.namespace} get deployments,virtualservices -w`)
    await createNamespace(names)
    stage.say(`deploying version ${versions.from} …`)
    await released('first', versions.from, world, stage, () => undefined)
    const { view, tally } = await underLoad(to, world, stage)
    stage.end(view, tally)
    terminal.out(
      `${options.fail ? 'version 2 answered errors, users were taken back' : 'version 2 is released'} in ${formatDuration(Date.now() - begun)}`,
    )
    terminal.out(`requests ${tally.requests}, lost ${tally.lost}, wrong version ${tally.wrongVersion}`)
    const asExpected = view.exit === (options.fail ? exit.returned : exit.done)
    return asExpected && tally.lost === 0 && tally.wrongVersion === 0 ? exit.done : exit.returned
  } finally {
    await world.close()
  }
}

async function underLoad(to: string, world: DemoWorld, stage: Stage): Promise<{ readonly view: ExecutionView; readonly tally: Tally }> {
  const judge = new Judge()
  const cluster = connectCluster({ context: names.context, kubeconfig: world.kubeconfig })
  const unwatch = await watchSplits(cluster, names.namespace, [versions.from, to], judge)
  const load = startLoad(world.gatewayPort, LOAD, answered => judge.take(answered))
  stage.say(`releasing version ${to} under ${LOAD} requests a second …`)
  const stopShowing = stage.measure(() => judge.tally())
  try {
    const view = await released('canary', to, world, stage, each => {
      for (const { split } of each.releases) if (split?.acknowledged) judge.settled(Date.now(), split.canary)
    })
    await load.stop()
    return { view, tally: judge.tally() }
  } finally {
    stopShowing()
    unwatch()
    cluster.close()
  }
}

/** Runs the workflow for a version and shows it until it ends. */
async function released(
  workflow: string,
  tag: string,
  world: DemoWorld,
  stage: Stage,
  seen: (view: ExecutionView) => void,
): Promise<ExecutionView> {
  const prepared = await prepareRun(demoApplication(), workflow, { tag })
  const host = await world.host()
  const { id } = await host.start(requestOf(prepared))
  for await (const event of host.events(id)) {
    if (event.type === 'line') stage.line(event.line)
    if (event.type !== 'view') continue
    seen(event.view)
    stage.show(event.view)
  }
  return host.get(id)
}
