import { afterEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { CountedTraffic } from '#protocol/index.ts'
import { approval, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { pinned, prepared, returned, split } from './goals.ts'

let world: CartWorld
let close: () => Promise<void> = () => Promise.resolve()
afterEach(async () => {
  await close()
  close = () => Promise.resolve()
  await world.close()
})

const prometheus = { url: 'http://prometheus.istio-system:9090', headers: {}, labels: {} }

/** The routes are for callers inside the mesh as well: gateways alone do not see everybody. */
const forTheMesh = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.map(object =>
    object.kind === 'VirtualService' ? { ...object, spec: { ...(object.spec as object), gateways: ['cart-gateway', 'mesh'] } } : object,
  )

/** A world whose gateways have been scraped before anything begins. */
async function open(options: CartWorldOptions): Promise<void> {
  world = await CartWorld.open({ late: 400, prometheus: {}, ...options })
  await world.clock.advance(20_000)
}

it('a whole canary is counted by Prometheus: every request, by version, with the step that caused the split', async () => {
  await open({ change: forTheMesh })
  const plane = new ControlPlane(world)
  close = () => plane.close()
  const steps = [canaryDeployment(), trafficSplit(10), approval(), trafficSplit(50), approval(), rolloutDeployment(), canaryDelete()]
  const workflow = cartSteps('2.0.0', { mode: 'acknowledged' }, ...steps)
  const releases = workflow.releases.map(release => ({ ...release, prometheus }))
  world.ledger.start(50)
  const id = await plane.start({ ...workflow, releases }, '2.0.0')
  let asked = ''
  await plane.until(id, ({ question, ended }) => {
    if (question && question.step !== asked) {
      asked = question.step
      world.clock.after(50_000, () => void plane.command(id, { do: 'approve', who: 'bob' }))
    }
    return ended !== undefined
  })
  const report = await plane.report(id)
  const sent = await world.clock.runUntil(world.ledger.stop())

  expect(report).toMatchObject({ status: 'done', lost: 0, wrongVersion: 0, errors: 0, notes: [] })
  expect(report.countedBy).toEqual([`Prometheus ${prometheus.url}`])
  expect(report.requests).toBeGreaterThan(sent.requests * 0.9)
  expect(report.requests).toBeLessThanOrEqual(sent.requests)
  const settled = report.intervals.filter(each => each.settled).map(({ stable, canary, name }) => `${stable}/${canary}: ${name}`)
  expect([...new Set(settled)]).toEqual(expect.arrayContaining(['90/10: Traffic Split 10 %', '50/50: Traffic Split 50 %']))
  // The last scrape is behind the last step.
  expect(report.intervals.at(-1)?.to.localeCompare(report.steps.at(-2)?.ended ?? '')).toBe(1)
})

/** What is told of a release that goes to 50 % and back, each split standing for two scrapes. */
async function thereAndBack(named = true): Promise<readonly CountedTraffic[]> {
  const release = world.release('2.0.0', 'second', named ? { prometheus } : {})
  const { snapshot } = await world.inspect(release)
  world.ledger.start(50)
  const told: CountedTraffic[] = []
  for (const [index, goal] of [pinned, prepared(), split(50), returned].entries()) {
    const { traffic } = await world.reach(release, snapshot, goal, index + 1)
    if (traffic) told.push(traffic)
    await world.clock.advance(30_000)
  }
  return told
}

const requestsIn = (told: readonly CountedTraffic[]): number =>
  told
    .flatMap(({ intervals }) => intervals)
    .flatMap(({ sides }) => [sides.stable, sides.canary])
    .reduce((sum, { requests }) => sum + requests, 0)

describe('which of two sources counts', () => {
  it('is the gateways themselves where they see every request and may be asked', async () => {
    await open({})
    const told = await thereAndBack()
    expect(told.at(-1)?.by).toMatch(/^istio-ingressgateway-/)
    expect(told.at(-1)?.why).toBeUndefined()
  })

  it('is Prometheus where nobody may ask the gateways', async () => {
    await open({})
    world.sandbox.switches.forbid(({ resource }) => resource === 'pods/portforward')
    const told = await thereAndBack()
    expect(told.at(-1)).toMatchObject({ by: `Prometheus ${prometheus.url}` })
    expect(requestsIn(told)).toBeGreaterThan(1000)
    const wrong = told.flatMap(({ intervals }) => intervals).flatMap(({ sides }) => [sides.stable.wrong, sides.canary.wrong])
    expect(wrong.filter(count => count > 0)).toEqual([])
  })

  it('is nobody for callers inside the mesh without Prometheus, and it is said who would', async () => {
    await open({ change: forTheMesh })
    const told = await thereAndBack(false)
    expect(told.at(-1)?.by).toMatch(/^istio-ingressgateway-/)
    expect(told.at(-1)?.why).toMatch(/^callers inside the mesh, .* spec\.prometheus of the Infrastructure$/)
  })
})

describe('a Prometheus', () => {
  it('that does not answer for a while leaves no gap: its counters go on', async () => {
    await open({ change: forTheMesh })
    const release = world.release('2.0.0', 'second', { prometheus })
    const { snapshot } = await world.inspect(release)
    world.ledger.start(50)
    await world.reach(release, snapshot, pinned, 1)
    await world.clock.advance(30_000)
    const before = world.answers
    world.answers = () => Promise.resolve({ status: 503, text: () => Promise.resolve('') })
    const { traffic: silent } = await world.reach(release, snapshot, split(0), 2)
    await world.clock.advance(60_000)
    world.answers = before
    const { traffic } = await world.reach(release, snapshot, returned, 3)

    expect(silent?.why).toBe(`Prometheus ${prometheus.url}: gives no answer that can be used: status 503`)
    expect(traffic?.why).toBeUndefined()
    expect(requestsIn([...(silent ? [silent] : []), ...(traffic ? [traffic] : [])])).toBeGreaterThan(1700)
    expect((traffic?.intervals ?? []).flatMap(({ missing }) => missing)).toEqual([])
  })

  it('tells of requests that were lost and of those of the wrong version where a mesh is slower than what was waited', async () => {
    let late = false
    const propagation = ({ type }: { readonly type: string }): number => (late && type === 'routes' ? 45_000 : 50)
    await open({ change: forTheMesh, late: 1000, mesh: { propagation }, prometheus: { interval: 5000 } })
    const release = world.release('2.0.0', 'second', { prometheus, drain: 30_000 })
    const { snapshot } = await world.inspect(release)
    world.ledger.start(50)
    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) {
      await world.reach(release, snapshot, goal, index + 1)
      await world.clock.advance(12_000)
    }
    late = true
    const { traffic } = await world.reach(release, snapshot, returned, 4)
    const sides = (traffic?.intervals ?? []).flatMap(each => [each.sides.stable, each.sides.canary])
    const total = (key: 'lost' | 'wrong' | 'unsure'): number => sides.reduce((sum, side) => sum + side[key], 0)
    const elsewhere = (traffic?.intervals ?? []).reduce((sum, { nowhere }) => sum + nowhere, 0)
    const { lost, wrongVersion } = await world.clock.runUntil(world.ledger.stop())

    expect(wrongVersion).toBeGreaterThan(0)
    expect(total('wrong')).toBeGreaterThan(0)
    expect(total('wrong')).toBeLessThanOrEqual(wrongVersion)
    expect(total('lost') + elsewhere).toBeLessThanOrEqual(lost)
  })

  it('makes a lower bound where a gateway goes, and of what the one in its place had counted by its first scrape', async () => {
    await open({ change: forTheMesh })
    const release = world.release('2.0.0', 'second', { prometheus })
    const { snapshot } = await world.inspect(release)
    world.ledger.start(50)
    await world.clock.advance(20_000)
    await world.reach(release, snapshot, pinned, 1)
    const store = world.sandbox.apiServer.objects
    const [gateway] = store.list('pods', 'istio-system').filter(pod => pod.metadata.labels?.['istio'] === 'ingressgateway')
    store.delete('pods', { namespace: 'istio-system', name: gateway?.metadata.name ?? '' })
    await world.clock.advance(120_000)
    const { traffic } = await world.reach(release, snapshot, returned, 2)
    const missing = (traffic?.intervals ?? []).flatMap(each => each.missing)
    expect(missing).toEqual([`${gateway?.metadata.name} went away`, expect.stringMatching(/^istio-ingressgateway-.* did not tell before$/)])
    expect(requestsIn(traffic ? [traffic] : [])).toBeGreaterThan(200)
  })
})
