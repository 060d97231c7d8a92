import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesOf, type Case } from '../../../../test/cases.ts'
import { isGatewayApi, type GatewayRoute, type KubernetesGateway, type ParentRef, type ReferenceGrant } from './objects.ts'
import { gatewayRouteHosts, type GatewayRoutingConfig } from './resolve.ts'
import { judgeRoute } from './route-status.ts'

interface ConversionCase extends Case {
  readonly input: readonly KubernetesObject[]
  readonly expected: readonly {
    readonly kind: string
    readonly spec: {
      readonly gateways?: readonly string[]
      readonly hosts?: readonly string[]
      readonly http?: readonly { readonly name?: string }[]
    }
  }[]
  readonly expectedStatus: readonly {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly namespace: string }
    readonly status: {
      readonly parents?: readonly {
        readonly parentRef: ParentRef
        readonly controllerName: string
        readonly conditions: readonly Condition[]
      }[]
    }
  }[]
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

casesOf<ConversionCase>('httproute-conversion.json', {
  notExpressible: ({ expectedStatus }) => (expectedStatus.some(({ kind }) => kind === 'HTTPRoute') ? undefined : 'it has no HTTPRoute'),
  run({ input, expected, expectedStatus }) {
    const config = configOf(input)
    for (const { metadata, status } of expectedStatus.filter(({ kind }) => kind === 'HTTPRoute')) {
      const route = config.routes.find(one => one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace)
      if (!route) throw new Error(`no HTTPRoute ${metadata.namespace}/${metadata.name} in the input`)
      if (namesOtherKinds(route)) continue
      const judged = judgeRoute(route, config).flatMap(({ parentRef, conditions }) =>
        conditions.map(({ type, ...rest }) => ({ parent: keyOf(parentRef), type, ...rest })),
      )
      expect(sorted(judged)).toEqual(sorted(ofGateways(status.parents ?? [])))
    }
    expectOrder(config, expected)
  },
})

/** Kinds of backends that only extensions bring: none of them is played. */
function namesOtherKinds({ spec }: GatewayRoute): boolean {
  return (spec.rules ?? []).some(({ backendRefs = [] }) => backendRefs.some(({ kind = 'Service' }) => kind !== 'Service'))
}

/** Parents that are Services are for sidecars: no gateway takes them. */
function ofGateways(parents: NonNullable<ConversionCase['expectedStatus'][number]['status']['parents']>) {
  return parents
    .filter(
      ({ parentRef, controllerName }) => (parentRef.kind ?? 'Gateway') === 'Gateway' && controllerName === 'istio.io/gateway-controller',
    )
    .flatMap(({ parentRef, conditions }) =>
      conditions
        .filter(({ type }) => type !== 'dummy')
        .map(({ type, status, reason, message }) => ({ parent: keyOf(parentRef), type, status, reason, message })),
    )
}

/** Rules in the order in which istiod writes them for one host; where it writes `*`, the hosts stand elsewhere. */
function expectOrder(config: GatewayRoutingConfig, expected: ConversionCase['expected']): void {
  const hosts = gatewayRouteHosts(config, 80)
  for (const { kind, spec } of expected) {
    const [domain, ...others] = spec.hosts ?? []
    const names = (spec.http ?? []).flatMap(({ name }) => name ?? [])
    if (kind !== 'VirtualService' || spec.gateways?.includes('mesh') || domain === undefined || domain === '*' || others.length > 0)
      continue
    const own = hosts.find(host => host.domain === domain)?.matches ?? []
    const rules = own.map(({ route, ruleIndex }) => `${route.metadata.namespace}.${route.metadata.name}.${ruleIndex}`)
    expect(rules.filter((rule, index) => rule !== rules[index - 1])).toEqual(names.filter((name, index) => name !== names[index - 1]))
  }
}

function configOf(input: readonly KubernetesObject[]): GatewayRoutingConfig {
  return {
    gateways: input.filter(object => isGatewayApi(object, 'Gateway')) as KubernetesGateway[],
    routes: input.filter(object => isGatewayApi(object, 'HTTPRoute')) as GatewayRoute[],
    grants: input.filter(object => isGatewayApi(object, 'ReferenceGrant')) as ReferenceGrant[],
    // The namespaces of these cases carry the first part of their name as a label.
    namespaceLabels: name => ({ 'kubernetes.io/metadata.name': name, 'istio.io/test-name-part': name.split('-')[0] ?? '' }),
  }
}

function keyOf({ name, namespace, sectionName, port }: ParentRef): string {
  return [namespace, name, sectionName, port].filter(part => part !== undefined).join('/')
}

function sorted<T>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
