import { afterEach, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { approval, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import type { TrafficReport } from '#protocol/http/index.ts'

let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

const prometheus = { url: 'http://prometheus.istio-system:9090', headers: {}, labels: {} }

/** The routes are for callers inside the mesh as well: gateways alone do not see everybody. */
const forTheMesh = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.map(object =>
    object.kind === 'VirtualService' ? { ...object, spec: { ...(object.spec as object), gateways: ['cart-gateway', 'mesh'] } } : object,
  )

/** A canary whose every split stands for some scrapes, under a load of 20 requests a second. */
async function run(options: CartWorldOptions, named: typeof prometheus | undefined = prometheus): Promise<TrafficReport> {
  world = await CartWorld.open({ late: 400, ...options })
  plane = new ControlPlane(world)
  const settle = { mode: 'acknowledged' } as const
  const steps = [canaryDeployment(), trafficSplit(10), approval(), trafficSplit(50), approval(), rolloutDeployment(), canaryDelete()]
  const workflow = cartSteps('2.0.0', settle, ...steps)
  const releases = workflow.releases.map(release => ({ ...release, ...(named ? { prometheus: named } : {}) }))
  const id = await plane.start({ ...workflow, releases }, '2.0.0')
  world.ledger.start(50)
  let asked = ''
  await plane.until(id, view => {
    const { question } = view
    if (question && question.step !== asked && !view.ended) {
      asked = question.step
      world.clock.after(60_000, () => void plane.command(id, { do: 'approve', who: 'bob' }))
    }
    return view.ended !== undefined
  })
  return plane.report(id)
}

it('probe', async () => {
  const r = await run({ change: forTheMesh, prometheus: {} })
  const t0 = Date.parse(r.started)
  const at = (x: string | undefined) => (x === undefined ? '-' : Date.parse(x) - t0)
  console.log(
    [
      ...r.releases[0]!.shares.map(s => `S ${at(s.at)} ack ${at(s.acknowledged)} ${s.stable}/${s.canary} next ${s.next} ${s.name}`),
      ...r.intervals.map(
        i =>
          `I ${at(i.from)}..${at(i.to)} ${i.stable}/${i.canary} ${i.settled} ${i.name} ${JSON.stringify(i.versions.map(v => [v.side, v.version, v.requests, v.wrong, v.unsure]))} ${i.missing}`,
      ),
      r.countedBy,
      ...r.notes,
      ...r.steps.map(s => `T ${at(s.started)}..${at(s.ended)} ${s.name}`),
    ].join('\n'),
  )
  const tally = await world.clock.runUntil(world.ledger.stop())
  console.log(r.requests, r.lost, r.wrongVersion, tally)
  expect(r.lost).toBe(0)
})
