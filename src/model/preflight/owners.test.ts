import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { against, deployment, facts, fine, route, rule, said } from './cart-facts.contract.ts'
import { ignoreRuleFor, ownerOf } from './owners.ts'

const owned = (object: KubernetesObject, metadata: object): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
})
const all = (metadata: object): ReturnType<typeof facts> => {
  const live = [route, rule, deployment('1')].map(each => owned(each, metadata))
  return facts({ manifests: live.map(each => ({ object: each, live: each })) })
}
const argo = { annotations: { 'argocd.argoproj.io/tracking-id': 'cart:apps/Deployment:shop/cart' } }
const flux = { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } }
const fluxHelm = {
  labels: { 'helm.toolkit.fluxcd.io/name': 'cart', 'helm.toolkit.fluxcd.io/namespace': 'shop', 'app.kubernetes.io/managed-by': 'Helm' },
}
const helm = {
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': 'cart', 'meta.helm.sh/release-namespace': 'shop' },
}

describe('who else deploys an object', () => {
  it('is told by labels, annotations and managers of fields', () => {
    const name = (metadata: object): unknown => ownerOf(owned(route, metadata))
    expect(name({})).toBeUndefined()
    expect(name(argo)).toEqual({ tool: 'Argo CD', name: 'cart' })
    expect(name({ labels: { 'app.kubernetes.io/instance': 'cart' } })).toBeUndefined()
    const byLabel = { labels: { 'app.kubernetes.io/instance': 'cart' }, managedFields: [{ manager: 'argocd-controller' }] }
    expect(name(byLabel)).toEqual({ tool: 'Argo CD', name: 'cart' })
    expect(name(flux)).toEqual({ tool: 'Flux Kustomization', name: 'flux-system/apps' })
    expect(name(fluxHelm)).toEqual({ tool: 'Flux HelmRelease', name: 'shop/cart' })
    expect(name(helm)).toEqual({ tool: 'Helm', name: 'shop/cart' })
  })

  it('is nobody where nothing says so', () => {
    expect(said('owners', facts())).toEqual([])
    expect(fine('owners', facts())[0]).toContain(
      'nobody else deploys VirtualService shop/cart, DestinationRule shop/cart and Deployment shop/cart',
    )
  })
})

describe('the rule to paste', () => {
  it("for Argo CD leaves alone what the run's field managers own", () => {
    const [found] = against('owners', all(argo))
    expect(found?.todo).toBe(
      `In Application cart:
spec:
  ignoreDifferences:
    - { group: "networking.istio.io", kind: VirtualService, name: cart, namespace: shop, managedFieldsManagers: [sluice-run] }
    - { group: "networking.istio.io", kind: DestinationRule, name: cart, namespace: shop, managedFieldsManagers: [sluice-run] }
    - { group: "apps", kind: Deployment, name: cart, namespace: shop, managedFieldsManagers: [sluice-run, sluice] }
  syncPolicy:
    syncOptions: [RespectIgnoreDifferences=true]`,
    )
    expect(found?.message).toContain('freezes changes from Git to VirtualService spec.http')
  })

  it('names an object once, however often it was written, and says where no name is known', () => {
    const object = owned(route, { managedFields: [{ manager: 'argocd-controller' }] })
    const { owner, rule: text = '' } = ignoreRuleFor([object, object]) ?? { owner: '' }
    expect(owner).toBe('Argo CD (not named on the object)')
    expect(text.split('\n').filter(line => line.includes('kind: VirtualService'))).toHaveLength(1)
  })

  it('for Flux names the fields, and says that they stand still between runs too', () => {
    const [found] = against('owners', all(flux))
    expect(found?.todo).toContain('  ignore:\n    - { paths: ["/spec/http"], target: { kind: VirtualService, name: cart } }')
    expect(found?.message).toContain('also between runs')
    expect(against('owners', all(fluxHelm))[0]?.todo).toContain('  driftDetection:\n    ignore:\n      - { paths: ["/spec/http"]')
  })

  it('is none for Helm, which acts only when somebody runs it: that is said', () => {
    expect(against('owners', all(helm))).toMatchObject([
      {
        level: 'warn',
        code: 'SL-PREFLIGHT-HELM',
        message: expect.stringContaining('Helm release shop/cart: deploys VirtualService shop/cart'),
      },
    ])
  })
})
