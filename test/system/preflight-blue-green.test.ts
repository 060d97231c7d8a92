// What a blue/green run would meet is seen before its first write: by the Service alone, and behind ingress-nginx.
import { afterEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import type { StepGoals } from '#model/preflight/index.ts'
import { CartWorld, type CartWorldOptions } from './cart-world.ts'
import { pinned, prepared, split } from './goals.ts'
import { behindNginx, nginx } from './nginx-world.ts'

const worlds: CartWorld[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(world => world.close()))
})

async function open(options: CartWorldOptions): Promise<CartWorld> {
  const world = await CartWorld.open({ ...options, more: { blueGreen: true } })
  worlds.push(world)
  return world
}

const steps: readonly StepGoals[] = [
  { name: 'Stage Deployment', goals: [pinned, prepared(100)] },
  { name: 'Swap Services', goals: [split(100)] },
]

/** What the look at 2.0.0 says against it: `warn CODE message`. */
async function look(world: CartWorld): Promise<readonly string[]> {
  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'), steps)
  return findings.map(({ level, code, message }) => `${level} ${code.replace('SL-PREFLIGHT-', '')} ${message}`)
}

const someone = { manager: 'kubectl-create' }
/** Nothing of a mesh: only the Service's selector can move traffic. */
const withoutMesh = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.filter(object => !object.apiVersion.startsWith('networking.istio.io/'))
const service = (name: string, selector: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } as never,
})

describe('blue/green by the Service alone', () => {
  it('has nothing against it, and writes nothing by looking', async () => {
    const world = await open({ seed: 111, change: withoutMesh })
    const before = JSON.stringify(world.resting())

    expect(await look(world)).toEqual([])
    expect(JSON.stringify(world.resting())).toBe(before)
  })

  it('needs the right to turn the Service: without it the steps that would are named', async () => {
    const world = await open({ seed: 112, change: withoutMesh })
    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'patch' && resource === 'services'))

    const [missing] = (await look(world)).filter(text => text.includes('RIGHT-MISSING services'))
    expect(missing).toMatch(/^refuse RIGHT-MISSING services in namespace shop \(cart-svc.*\): we may not patch; needed by .*Swap Services/)
  })

  it('needs as many pods again: a quota without room for them is told', async () => {
    const world = await open({ seed: 113, change: withoutMesh })
    const store = world.sandbox.apiServer.objects
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace: 'shop' }, spec: { hard: { pods: '6' } } }
    store.create('resourcequotas', quota, someone)
    store.updateStatus('resourcequotas', { ...quota, status: { hard: { pods: '6' }, used: { pods: '4' } } }, someone)

    expect((await look(world)).filter(text => text.includes('QUOTA-SHORT'))[0]).toContain('pods has 2 left, 4 canary pods need 4')
  })

  it("is refused where the staged pods' Service is somebody else's", async () => {
    const world = await open({ seed: 114, change: withoutMesh })
    world.sandbox.apiServer.objects.create('services', service('cart-svc-canary', { app: 'other' }), someone)

    expect(await look(world)).toEqual([expect.stringMatching(/^refuse SL-RELEASE-FOREIGN-CANARY Service shop\/cart-svc-canary/)])
  })

  it('is refused where it is not clear which Service turns', async () => {
    const world = await open({ seed: 115, change: withoutMesh })
    const two = world.release('2.0.0', 'k3f9', {}, objects => [...withoutMesh(objects), service('cart-admin', { app: 'cart' })])

    await expect(world.inspect(two, steps)).rejects.toMatchObject({ code: 'SL-RELEASE-NO-FLIPPED-SERVICE' })
  })
})

describe('blue/green behind ingress-nginx', () => {
  it('has nothing against it; the right to make the canary Ingress is needed, not one to write the Ingress itself', async () => {
    const world = await open({ ...nginx, seed: 116, change: behindNginx })
    expect(await look(world)).toEqual([])

    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'create' && resource === 'ingresses'))
    expect((await look(world)).filter(text => text.includes('ingresses'))).toEqual([
      expect.stringMatching(/^refuse RIGHT-MISSING ingresses.networking.k8s.io in namespace shop: we may not create/),
    ])
  })
})
