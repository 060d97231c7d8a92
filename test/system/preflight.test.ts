// What a run would meet is seen before its first write: the look, on a sandbox in virtual time.
import { describe, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import type { Attributes } from '#sandbox/index.ts'
import { levels, look, said, wholeRun } from './preflight-world.ts'
import { openCart } from './story.ts'

const istio = 'networking.istio.io'

describe('rights', () => {
  it('that are missing refuse, with verb, resource, namespace and the steps that need them', async () => {
    const world = await openCart()
    const denied = ({ verb, resource }: Attributes): boolean =>
      (verb === 'patch' && resource === 'virtualservices') || (verb === 'delete' && resource === 'leases') || verb === '*'
    world.sandbox.switches.forbid(denied)

    const found = await look(world)
    const [patch] = said(found, 'RIGHT-MISSING virtualservices.networking.istio.io')
    expect(patch).toContain('in namespace shop (cart-virtualservice): we may not patch')
    expect(patch).toContain(
      'needed by the look before the first write, Canary Deployment, Traffic Split, Rollout Deployment, At rest and the way back',
    )
    expect(patch).toContain('{ apiGroups: ["networking.istio.io"], resources: ["virtualservices"], verbs: [patch] }')
    expect(said(found, 'RIGHT-MISSING leases.coordination.k8s.io')[0]).toContain('needed by At rest and the way back')
    expect(new Set(levels(found))).toEqual(new Set(['refuse RIGHT-MISSING', 'warn BYPASSED', 'unknown UNSEEN', 'warn ARRIVAL-BY-WAITING']))
  })

  it('to look at all are told together, not one by one', async () => {
    const world = await openCart()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === '*' || (verb === 'list' && ['pods', 'services'].includes(resource)))

    const failure = await world.inspect(world.release('2.0.0', 'k3f9'), wholeRun).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'SL-PREFLIGHT-RIGHT-MISSING', blame: 'user' })
    expect((failure as Failure).message).toContain('pods in namespace shop: we may not list')
    expect((failure as Failure).message).toContain('services in namespace shop: we may not list')
  })

  it('to look further than the namespace are unknown where they are missing, never fine', async () => {
    const world = await openCart({ settle: 'acknowledged' })
    const everywhere = ({ verb, namespace, resource, group }: Attributes): boolean =>
      verb === 'list' && namespace === undefined && (group === istio || resource === 'nodes' || resource === 'httproutes')
    world.sandbox.switches.forbid(everywhere)

    const unknown = (await look(world)).filter(text => text.startsWith('unknown'))
    expect(unknown).toHaveLength(4)
    expect(unknown[0]).toContain(
      'VirtualServices of other namespaces: cannot be seen (no right to list virtualservices.networking.istio.io in all namespaces)',
    )
  })
})

describe('the counting of requests', () => {
  const prometheus = { url: 'http://prometheus.istio-system:9090', headers: {}, labels: {} }

  it('is warned of where nobody may ask the gateways, with the rule to paste', async () => {
    const world = await openCart()
    world.sandbox.switches.forbid(({ verb, resource }) => verb === 'create' && resource === 'pods/portforward')
    const found = said(await look(world), 'NOT-COUNTED')
    expect(found).toEqual([
      expect.stringContaining('Add to a Role in namespace istio-system: { apiGroups: [""], resources: ["pods/portforward"]'),
    ])
  })

  it('by a Prometheus is warned of where it does not answer, and unknown where it has nothing', async () => {
    const world = await openCart({ prometheus: {} })
    const named = (): Promise<readonly string[]> => look(world, { prometheus })
    expect(levels(said(await named(), 'Prometheus'))).toEqual([])
    world.sandbox.switches.forbid(({ resource }) => resource === 'pods/portforward')
    expect(levels(said(await named(), 'Prometheus http'))).toEqual(['unknown PROMETHEUS-EMPTY'])
    world.ledger.start(50)
    await world.clock.advance(20_000)
    expect(levels(said(await named(), 'Prometheus http'))).toEqual([])
    world.answers = () => Promise.reject(new Error('nobody is there'))
    expect(said(await named(), 'SILENT')).toEqual([
      expect.stringMatching(/^warn PROMETHEUS-SILENT Prometheus http.*: cannot be reached: nobody is there; requests .* not measured/),
    ])
  })
})
