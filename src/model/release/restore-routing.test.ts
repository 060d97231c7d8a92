import { expect, it } from 'vitest'
import { restoreRouting } from './restore-routing.ts'
import type { Release } from './release.ts'
import type { Snapshot } from './snapshot.ts'

const release = { namespace: 'shop', subsets: { stable: 'stable', canary: 'canary' }, literals: [] } as unknown as Release

function told(kind: string, apiVersion: string, destinations: Snapshot['routes'][number]['entries'][number]['destinations']) {
  const route = { apiVersion, kind, name: 'cart' }
  const services = { canary: 'cart-canary', spec: {}, kept: false, label: { key: 'app', stable: 'cart', canary: 'cart-canary' } }
  const snapshot = {
    routes: [{ ...route, uid: 'u', entries: [{ index: 1, destinations }], managedFields: [] }],
    names: { host: 'cart', restSubsets: [], routes: [route], services },
  } as unknown as Snapshot
  return restoreRouting({ release, snapshot }).split('\n')
}

it('takes what a run told apart out of an HTTPRoute: its rules, cookies with the backends, and mirrors wherever they stand', () => {
  const on = (verb: string): string => `kubectl -n shop ${verb} httproutes.gateway.networking.k8s.io cart`
  expect(told('HTTPRoute', 'gateway.networking.k8s.io/v1', [{ name: 'cart', port: 80 }]).slice(4)).toEqual([
    `${on('patch')} --type=json -p '[{"op":"replace","path":"/spec/rules/1/backendRefs","value":[{"name":"cart","port":80}]}]'`,
    '# Mirrors of the run; refused where there is none.',
    'for at in 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0; do',
    `  ${on('patch')} --type=json -p "[{\\"op\\":\\"test\\",\\"path\\":\\"/spec/rules/1/filters/$at/requestMirror/backendRef/name\\",\\"value\\":\\"cart-canary\\"},{\\"op\\":\\"remove\\",\\"path\\":\\"/spec/rules/1/filters/$at\\"}]" || true`,
    'done',
    '',
  ])
})

it('takes header routes out of a canary Ingress of the user only where the record of the run stands', () => {
  const [comment, headers, weight] = told('Ingress', 'networking.k8s.io/v1', { 'nginx.ingress.kubernetes.io/canary-weight': '0' })
  const on = (verb: string): string => `kubectl -n shop ${verb} ingresses.networking.k8s.io cart`
  expect(comment).toBe('# Header routes of the run first.')
  expect(headers).toMatch(
    `[ -z "$(${on('get')} -o jsonpath='{.metadata.annotations.sluice\\.dev/header-routes}')" ] || ${on('patch')} --type=merge`,
  )
  expect(headers).toContain('"nginx.ingress.kubernetes.io/canary-by-header":null')
  expect(weight).toBe(`${on('patch')} --type=merge -p '{"metadata":{"annotations":{"nginx.ingress.kubernetes.io/canary-weight":"0"}}}'`)
})
