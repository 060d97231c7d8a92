// Each invariant of traffic and of what is written can fail: here is a world, small and broken, in which it does. What `npm run simulate -- --mutants` shows is not shown again.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { JournalEvent } from '#control-plane/engine/index.ts'
import type { ApiRequest } from '#delegate/kubernetes/index.ts'
import { shop } from './application.ts'
import type { Believed, Door, Listed } from './doors.ts'
import type { Fault } from './faults.ts'
import { newInvariants } from './invariants.ts'
import { newComparison, type Line } from './planned.ts'
import { newRequests } from './requests.ts'
import type { Run } from './run.ts'
import type { Split } from './splits.ts'
import { passing, served, someone } from './standing.ts'
import type { World } from './world.ts'
import { newUntouched } from './untouched.ts'
import { newWeights } from './weights.ts'
import { newWritten } from './written.ts'

/** A workload beside the application, with pods that run and that no route leads to. */
async function besides(world: World, image: string): Promise<readonly Listed[]> {
  const labels = { app: 'beside' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'cart', image }] } }
  const spec = { replicas: 1, selector: { matchLabels: labels }, template }
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'beside', namespace: shop }, spec }
  world.sandbox.apiServer.objects.create('deployments.apps', object, someone)
  await passing(world, 10_000)
  const pods = world.sandbox.apiServer.objects.list('pods', shop).filter(({ metadata }) => metadata.labels?.['app'] === 'beside')
  return pods.map(({ metadata, status }) => ({ pod: metadata.name, ip: (status as { readonly podIP: string }).podIP }))
}

interface Judged {
  readonly found: string[]
  look(): void
}

/** Requests by one proxy that believes this, whatever is declared. */
function judged(world: World, believed: readonly Believed[], list: () => readonly Listed[] | undefined): Judged {
  const found: string[] = []
  const view = {}
  const door: Door = { name: 'proxy', state: () => ({}), routes: () => view, believed: () => believed, list }
  const no = (): boolean => false
  const requests = newRequests(world.sandbox, () => [door], [{ host: 'test.com', path: '/' }], {
    now: () => world.clock.now(),
    isHarmed: no,
    isTaken: no,
    isUnnamed: no,
    isMisled: no,
    isOpened: no,
    isReplaced: no,
    isExcused: no,
    isInHaste: no,
    isOutside: no,
    mayChangeUnderWeight: no,
    violation: text => void found.push(text),
  })
  requests.look()
  requests.begin()
  requests.look()
  return { found, look: requests.look }
}

const everybody: readonly Believed[] = [{ destination: 'cart-svc/', share: 1 }]

describe('requests', () => {
  it('are lost by a proxy without a route, without the destination, or without a pod that answers', async () => {
    const world = await served()
    const [dead] = [[{ pod: 'gone', ip: '10.9.9.9' }]]

    expect(judged(world, [], () => []).found).toEqual([expect.stringContaining('lost: proxy has no route')])
    expect(judged(world, everybody, () => undefined).found).toEqual([expect.stringContaining('which it does not know')])
    expect(judged(world, everybody, () => []).found).toEqual([expect.stringContaining('0 of 0 pods answer')])
    expect(judged(world, everybody, () => dead).found).toEqual([expect.stringContaining('0 of 1 pods answer (gone)')])
    world.sandbox.stop()
  })

  it('meet the wrong version where a proxy has pods of one that no split ever named', async () => {
    const world = await served()
    const list = await besides(world, 'registry.example.com/cart:9.9.9')

    expect(judged(world, everybody, () => list).found).toEqual([expect.stringContaining('wrong version: proxy gets 9.9.9 from cart-svc/')])
    world.sandbox.stop()
  })

  it('meet a role swap where a destination with a share is given to another version', async () => {
    const world = await served()
    const { objects } = world.sandbox.apiServer
    const pods = objects.list('pods', shop).map(({ metadata, status }) => ({ pod: metadata.name, ip: (status as { podIP: string }).podIP }))
    const { found, look } = judged(world, everybody, () => pods)
    const key = { namespace: shop, name: 'cart' }
    const text = JSON.stringify(objects.get('deployments.apps', key)?.spec).replaceAll('cart:1.0.0', 'cart:2.0.0')
    objects.patch('deployments.apps', key, { spec: JSON.parse(text) as object }, someone)
    await passing(world, 1000, look)

    expect(found).toContainEqual(expect.stringContaining('role swap: cart-svc/ has 100 % and was given to 2.0.0'))
    world.sandbox.stop()
  })
})

const split = (canary: number): Split => ({
  shares: new Map([
    ['cart-svc/stable', 1 - canary],
    ['cart-svc/canary', canary],
  ]),
  versions: new Map([
    ['cart-svc/stable', new Set(['1.0.0'])],
    ['cart-svc/canary', new Set(['2.0.0'])],
  ]),
})

function run(events: readonly JournalEvent[], state: { readonly over?: boolean; readonly back?: boolean } = {}): Run {
  const nothing = (): never => {
    throw new Error('nobody asks')
  }
  const { over = false, back = false } = state
  return { id: 'mine', isOver: () => over, isGoingBack: () => back, events, view: nothing, command: nothing, log: nothing }
}

/** What the invariants say of these splits, one after the other. */
function told(
  world: World,
  state: { readonly over?: boolean; readonly back?: boolean },
  splits: readonly Split[],
  { faults = [], check }: { readonly faults?: readonly Fault[]; readonly check?: string } = {},
) {
  const found: string[] = []
  let now = splits[0]
  const invariants = newInvariants({
    world,
    faults,
    settles: 1000,
    replicas: 0,
    fixed: false,
    resets: false,
    flips: false,
    runs: () => [run([], state)],
    rollsOut: () => false,
    declared: () => now,
    doors: () => [],
    isUnmarked: () => false,
    comparison: () => undefined,
    behind: () => undefined,
    hasLandedLate: () => false,
    check: () => check,
    createdTooLate: () => undefined,
    violation: text => void found.push(text),
  })
  for (const each of splits) {
    now = each
    invariants.look()
  }
  return { found, invariants }
}

const patchOf = (plural: string, name: string): ApiRequest => ({
  method: 'PATCH',
  path: `/apis/apps/v1/namespaces/${shop}/${plural}/${name}`,
  body: [],
})

describe('shares and writes', () => {
  it('going forward, the share of the new version falls; going back, that of the old one', async () => {
    const world = await served()

    expect(told(world, {}, [split(0.5), split(0.2)]).found).toEqual([
      expect.stringContaining('going forward, version 2.0.0 falls from 50 % to 20 %'),
    ])
    expect(told(world, { back: true }, [split(0.2), split(0.5)]).found).toEqual([
      expect.stringContaining('going back, version 1.0.0 falls from 80 % to 50 %'),
    ])
    expect(told(world, {}, [split(0.2), split(0.5)]).found).toEqual([])
    expect(told(world, {}, [split(0.2), split(0.5)], { check: 'verify' }).found).toEqual([
      'check: verify has not found it good, and it gets 50 %',
    ])
    world.sandbox.stop()
  })

  it('the old version does not have everybody again soon after the way back began', async () => {
    const world = await served()
    const { found } = told(world, { back: true }, [split(0.2)])
    await passing(world, 2000)

    expect(found).toEqual([expect.stringContaining('way back late: 80 % are on the old version 1 s after it began')])
    world.sandbox.stop()
  })

  it('something is written for a run that is over', async () => {
    const world = await served()
    const { found, invariants } = told(world, { over: true }, [split(0)])
    invariants.written(patchOf('deployments', 'cart'), { status: 200, body: {}, warnings: [] })

    expect(found).toEqual([expect.stringContaining('a write after the end: PATCH')])
    world.sandbox.stop()
  })
})

describe("what is somebody else's", () => {
  it('is changed by a patch that goes beyond where a route leads, but for what a manifest of the run had taken', async () => {
    const world = await served()
    const found: string[] = []
    const untouched = newUntouched(world, text => void found.push(text))
    const { objects } = world.sandbox.apiServer
    const resource = 'virtualservices.networking.istio.io'
    const key = { namespace: shop, name: 'cart-virtualservice' }
    const written = async (request: ApiRequest, change: (text: string) => string): Promise<void> => {
      const { http } = JSON.parse(change(JSON.stringify(objects.get(resource, key)?.spec))) as { readonly http: readonly object[] }
      const body = objects.patch(resource, key, { spec: { http } } as object, someone)
      untouched.took(request, { status: 200, body, warnings: [] })
      await passing(world, 1)
    }
    const patched = (change: (text: string) => string): Promise<void> => written(patchOf('virtualservices', 'cart-virtualservice'), change)
    await patched(text => text)
    await patched(text => text.replace('"host":"cart-svc"', '"host":"cart-svc-canary"'))
    expect(found).toEqual([])

    await patched(text => text.replace('"route":', '"timeout":"1s","route":'))
    expect(found).toEqual([expect.stringContaining("somebody else's: virtualservices/cart-virtualservice was")])
    const apply = { ...patchOf('virtualservices', 'cart-virtualservice'), body: {} }
    await written(apply, text => text.replace('"timeout":"1s",', ''))
    await patched(text => text.replace('"route":', '"timeout":"1s","route":'))
    expect(found).toHaveLength(1)
    await patched(text => text.replace('"1s"', '"2s"'))
    expect(found).toHaveLength(2)
    world.sandbox.stop()
  })
})

describe('weights', () => {
  const spec = (kind: string, ...weights: readonly (number | undefined)[]): object => {
    const rows = weights.map(weight => (weight === undefined ? {} : { weight }))
    return kind === 'httproutes.gateway.networking.k8s.io'
      ? { parentRefs: [], rules: [{ backendRefs: rows.map(row => ({ name: 'cart-svc', port: 80, ...row })) }] }
      : { hosts: ['other.com'], http: [{ route: rows.map(row => ({ destination: { host: 'cart-svc' }, ...row })) }, { route: [] }] }
  }

  /** What is told where the run, or somebody else before it, writes objects of this resource one after the other. */
  async function written(resource: string, writes: readonly { readonly by: 'run' | 'other'; readonly object: object }[]) {
    const world = await served()
    const found: string[] = []
    const weights = newWeights(world, text => void found.push(text))
    const { objects } = world.sandbox.apiServer
    const metadata = { name: 'weighed', namespace: shop }
    world.sandbox.switches.webhook(false)
    for (const [index, { by, object }] of writes.entries()) {
      const body =
        index === 0
          ? objects.create(resource, { apiVersion: 'v1', kind: 'Weighed', metadata, ...object }, someone)
          : objects.patch(resource, metadata, object, someone)
      if (by === 'run') weights.took(patchOf(resource.split('.')[0] ?? '', 'weighed'), { status: 200, body, warnings: [] })
      await passing(world, 1)
    }
    world.sandbox.stop()
    return found
  }

  const ofRun = (resource: string, object: object) => written(resource, [{ by: 'run', object }])

  it('of a VirtualService have another sum than 100, or are less than 0', async () => {
    const resource = 'virtualservices.networking.istio.io'
    const told = (...weights: readonly (number | undefined)[]) => ofRun(resource, { spec: spec(resource, ...weights) })

    expect(await told(90, 10)).toEqual([])
    expect(await told(100, undefined)).toEqual([])
    expect(await told(undefined)).toEqual([])
    expect(await told(90, 11)).toEqual(['weights: [90,11] of virtualservices/weighed have a sum of 101'])
    expect(await told(undefined, undefined)).toEqual(['weights: [0,0] of virtualservices/weighed have a sum of 0'])
    expect(await told(110, -10)).toEqual(['weights: [110,-10] of virtualservices/weighed are no whole numbers from 0 on'])
  })

  it('of an HTTPRoute send nobody anywhere', async () => {
    const resource = 'httproutes.gateway.networking.k8s.io'
    const told = (...weights: readonly (number | undefined)[]) => ofRun(resource, { spec: spec(resource, ...weights) })

    expect(await told(3, 1)).toEqual([])
    expect(await told(undefined, 0)).toEqual([])
    expect(await told(0, 0)).toEqual(['weights: [0,0] of httproutes/weighed send nobody anywhere'])
  })

  it('of a canary Ingress are more than there is, or no number', async () => {
    const told = (weight: string, total?: string) => {
      const annotations = {
        'nginx.ingress.kubernetes.io/canary-weight': weight,
        ...(total ? { 'nginx.ingress.kubernetes.io/canary-weight-total': total } : {}),
      }
      const metadata = { name: 'weighed', namespace: shop, annotations }
      return ofRun('ingresses.networking.k8s.io', {
        metadata,
        spec: { defaultBackend: { service: { name: 'cart-svc', port: { number: 80 } } } },
      })
    }

    expect(await told('100')).toEqual([])
    expect(await told('150', '200')).toEqual([])
    expect(await told('101')).toEqual(['weights: [101,100] of ingresses/weighed give more than there is'])
    expect(await told('few')).toEqual(['weights: [NaN,100] of ingresses/weighed are no whole numbers from 0 on'])
  })

  it("are not the run's where somebody else wrote them, and the run left them", async () => {
    const resource = 'virtualservices.networking.istio.io'
    const strange = { spec: spec(resource, 50, 51) }

    expect(
      await written(resource, [
        { by: 'other', object: strange },
        { by: 'run', object: { spec: { hosts: ['another.com'] } } },
      ]),
    ).toEqual([])
    expect(
      await written(resource, [
        { by: 'other', object: strange },
        { by: 'run', object: { spec: spec(resource, 50, 52) } },
      ]),
    ).toEqual([expect.stringContaining('[50,52]')])
  })
})

describe('the journal', () => {
  const deployment = (mark?: string): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: shop, ...(mark ? { annotations: { 'sluice.dev/run': mark } } : {}) },
  })

  async function unexplained(
    mark: string | undefined,
    task: string | undefined,
    events: readonly JournalEvent[],
  ): Promise<readonly string[]> {
    const world = await served()
    const found: string[] = []
    const written = newWritten({ world, runs: () => [run(events)], isUnmarked: () => false, violation: text => void found.push(text) })
    if (task)
      written.given({ execution: 'mine', name: task, type: 'release/reach-goal', input: { goal: { to: 'pinned' }, number: 3 } } as never)
    written.took(patchOf('deployments', 'cart'), { status: 200, body: deployment(mark), warnings: [] })
    world.sandbox.stop()
    return found
  }

  const scheduled = (name: string): JournalEvent => ({ kind: 'scheduled', name }) as JournalEvent

  it('does not explain a write without a mark, of no goal, of a goal that it lacks, or of a way back without a reason', async () => {
    expect(await unexplained(undefined, undefined, [])).toEqual([expect.stringContaining("carries no goal's mark, and carried none")])
    expect(await unexplained('mine.3', undefined, [])).toEqual([expect.stringContaining('of which the journal knows no goal')])
    expect(await unexplained('mine.3', 'forward/a', [])).toEqual([expect.stringContaining('of which the journal knows nothing')])
    expect(await unexplained('mine.3', 'back/a', [scheduled('back/a')])).toEqual([expect.stringContaining('no reason for the way back')])
    expect(await unexplained('mine.3', 'forward/a', [scheduled('forward/a')])).toEqual([])
  })
})

describe('the plan', () => {
  const line = (target: string, says: string): Line => ({ target, says })
  const [pause, route] = [
    line('deployments/cart', 'patch deployments/cart'),
    line('virtualservices/cart', 'patch virtualservices/cart [50,50]'),
  ]
  const forward = { execution: 'mine', name: 'forward/a', goal: { to: 'pinned' }, number: 1 } as const

  function compared(sent: readonly Line[], faults: readonly Fault[] = []): readonly string[] {
    const found: string[] = []
    const comparison = newComparison([pause, route], faults, text => void found.push(text))
    comparison.sent(sent, forward)
    comparison.ended(true)
    return found
  }

  it('is not what was written: another object, other shares, another order, or an end too soon', () => {
    const [other, shares] = [
      line('services/other', 'patch services/other'),
      line('virtualservices/cart', 'patch virtualservices/cart [10,90]'),
    ]
    const abort: Fault = { is: 'abort', when: { write: 1, delay: 0 }, now: false }

    expect(compared([pause, route])).toEqual([])
    expect(compared([pause, other], [abort])).toEqual(['not planned: patch services/other'])
    expect(compared([pause, shares], [abort])).toEqual(['not planned: patch virtualservices/cart [10,90]'])
    expect(compared([route, pause])).toEqual([expect.stringContaining('plan: write 1 of 2')])
    expect(compared([pause])).toEqual([expect.stringContaining('plan: write 2 of 2 is missing')])
  })
})
