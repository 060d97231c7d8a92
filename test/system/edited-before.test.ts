// Somebody edits the release by hand, and a controller keeps a variable in its pods, before a run looks first. What was set by hand goes with
// the new version, as the plan shows; the way back gives it back; what a controller keeps stays throughout.
import { afterEach, expect, it } from 'vitest'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import {
  blueGreenWorkflow,
  bySeconds,
  canaryDelete,
  canaryDeployment,
  cartSteps,
  rolloutDeployment,
  trafficSplit,
} from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { patient, patientManifests, rollingWorkflow } from './rolling-world.ts'

const late = 400
const deployments = 'deployments.apps'
const key = { namespace: 'shop', name: 'cart' }
const rules = 'destinationrules.networking.istio.io'
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

interface Template {
  readonly spec: { readonly containers: readonly { readonly env?: readonly { readonly name: string }[] }[] }
}
function templateOf(): Template {
  const cart = world.sandbox.apiServer.objects.get(deployments, key) as { readonly spec: { readonly template: Template } } | undefined
  if (!cart) throw new Error('the workload is not there')
  return cart.spec.template
}
const variables = (): readonly string[] => templateOf().spec.containers.flatMap(({ env = [] }) => env.map(({ name }) => name))

function setVariable(name: string, manager: string): void {
  const template = templateOf()
  const containers = template.spec.containers.map(each => ({ ...each, env: [...(each.env ?? []), { name, value: 'on' }] }))
  world.sandbox.apiServer.objects.patch(deployments, key, { spec: { template: { spec: { containers } } } }, { manager })
}

async function open(): Promise<void> {
  world = await CartWorld.open({ late, change: objects => objects.map(patient) })
  plane = new ControlPlane(world)
  setVariable('HASH', 'reloader')
  setVariable('DEBUG', 'kubectl-edit')
  const policy = { trafficPolicy: { connectionPool: { http: { maxRetries: 7 } } }, exportTo: ['*'] }
  world.sandbox.apiServer.objects.patch(
    rules,
    { namespace: 'shop', name: 'cart-destinationrule' },
    { spec: policy },
    { manager: 'kubectl-edit' },
  )
  await world.clock.advance(60_000)
}

const withoutRecord = (): string =>
  JSON.stringify(world.resting().filter(each => (each as { readonly name: string }).name !== 'sluice-record-cart'))
const policyNow = (): object => (world.sandbox.apiServer.objects.list(rules, 'shop')[0]?.spec ?? {}) as object
const start = (workflow: ResolvedWorkflow): Promise<string> => plane.start(workflow, '2.0.0', {}, {}, patientManifests('2.0.0'))
const ended = (view: ExecutionView): boolean => view.ended !== undefined || view.question !== undefined

const canary = (): ResolvedWorkflow =>
  cartSteps('2.0.0', bySeconds(late), canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())
const strategies: readonly (readonly [string, () => ResolvedWorkflow])[] = [
  ['rolling', () => rollingWorkflow('2.0.0')],
  ['basic', () => rollingWorkflow('2.0.0', 'basic')],
  ['canary', canary],
]

it.each([...strategies, ['blue/green', () => blueGreenWorkflow('2.0.0', bySeconds(late))] as const])(
  '%s: comes to its end, and nobody is asked',
  async (_, workflow) => {
    await open()
    world.ledger.start(20)

    const view = await plane.until(await start(workflow()), ended)

    await world.clock.advance(20_000)
    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(view).toMatchObject({ status: 'done', exit: 0 })
    expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
    expect(variables()).toEqual(['HASH'])
    expect(policyNow()).not.toHaveProperty('exportTo')
    expect(policyNow()).not.toHaveProperty('trafficPolicy.connectionPool')
  },
)

it('is told before the run: what goes, and who has set it', async () => {
  await open()
  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'))

  expect(findings.filter(({ code }) => code === 'SL-RELEASE-SET-BY-HAND').map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'warn: Deployment shop/cart: what was set by hand (kubectl-edit) stands in no manifest, and goes with this version: .spec.template.spec.containers[name="cart"].env[name="DEBUG"].',
    'warn: DestinationRule shop/cart-destinationrule: what was set by hand (kubectl-edit) stands in no manifest, and goes with this version: .spec.exportTo, .spec.trafficPolicy.connectionPool.http.maxRetries.',
  ])
})

it.each(strategies)('%s: the way back from the end gives it back', async (_, workflow) => {
  await open()
  const before = withoutRecord()
  world.ledger.start(20)
  const id = await start(workflow())
  await plane.until(id, ({ writes = 0 }) => writes > 0 && !variables().includes('DEBUG'))

  await plane.command(id, { do: 'abort', now: false, who: 'ada' })
  const view = await plane.until(id, ended)

  await world.clock.advance(20_000)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(view).toMatchObject({ status: 'returned', exit: 1 })
  expect(tally).toMatchObject({ lost: 0, trouble: [] })
  expect(variables()).toEqual(['HASH', 'DEBUG'])
  expect(withoutRecord()).toBe(before)
})
