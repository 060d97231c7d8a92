import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesOf, type Case } from '../../../../../test/cases.ts'
import { isIstio, type Gateway, type VirtualService } from '../objects.ts'
import { resolveRequest, type Resolution } from './resolve.ts'

interface Expected {
  readonly routeIndex?: number
  readonly matchIndex?: number
  readonly destinations?: readonly { readonly host: string; readonly subset?: string; readonly port?: number; readonly share: number }[]
  readonly status?: number | 'no-virtual-host'
  readonly upstream?: { readonly host?: string; readonly path?: string; readonly headers?: Readonly<Record<string, string | null>> }
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly absentResponseHeaders?: readonly string[]
  readonly location?: string
  readonly body?: string
}

interface RoutingCase extends Case {
  readonly manifests: readonly KubernetesObject[]
  readonly calls: readonly {
    readonly request: {
      readonly method: string
      readonly host: string
      readonly path: string
      readonly port: number
      readonly scheme?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly client?: { readonly gateway?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }
    }
    readonly expect: Expected
  }[]
}

casesOf<RoutingCase>('routing-virtualservice.json', {
  run({ manifests, calls }) {
    const virtualServices = manifests.filter(object => isIstio(object, 'VirtualService')) as VirtualService[]
    const gateways = manifests.filter(object => isIstio(object, 'Gateway')) as Gateway[]
    for (const { request, expect: expected } of calls) {
      const { gateway, ...client } = request.client ?? {}
      const caller = { ...client, port: request.port, ...(gateway === undefined ? {} : { gateways: [gateway] }) }
      const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
      const resolution = resolveRequest({ virtualServices, gateways }, caller, { ...request, headers })
      expect(seen(resolution, expected)).toEqual(expected)
    }
  },
})

/** As much of a resolution as a case speaks of, in its words. */
function seen(resolution: Resolution, expected: Expected & { readonly notes?: string }): unknown {
  const given = Object.keys(expected) as (keyof typeof expected)[]
  const all = described(resolution, expected)
  return Object.fromEntries(given.map(key => [key, key === 'notes' ? expected.notes : all[key]]))
}

function described(resolution: Resolution, expected: Expected): Expected {
  if (resolution.is === 'unknown-host') return { status: 'no-virtual-host' }
  const { from } = resolution
  const matched = { ...(from && { routeIndex: from.routeIndex }), ...(from?.matchIndex !== undefined && { matchIndex: from.matchIndex }) }
  if (resolution.is === 'refused') return matched
  if (resolution.is === 'answered') {
    const { status, headers, body } = resolution.answer
    const { location } = headers
    return { ...matched, status, ...answerHeaders(headers, expected), ...(location && { location }), ...(body !== undefined && { body }) }
  }
  const upstreams = resolution.destinations.map(({ upstream }) => picked(upstream, expected.upstream))
  for (const upstream of upstreams) expect(upstream).toEqual(upstreams[0])
  return {
    ...matched,
    destinations: resolution.destinations.map(({ host, subset, port, share }, index) => ({
      host,
      ...(subset === undefined ? {} : { subset }),
      ...(expected.destinations?.[index]?.port === undefined ? {} : { port }),
      share: close(share, expected.destinations?.[index]?.share),
    })),
    ...(expected.upstream && { upstream: upstreams[0] as NonNullable<Expected['upstream']> }),
    ...answerHeaders(resolution.responseHeaders, expected),
  }
}

function picked(
  upstream: { readonly host: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
  wanted: Expected['upstream'],
): Expected['upstream'] {
  const headers = Object.fromEntries(Object.keys(wanted?.headers ?? {}).map(name => [name, upstream.headers[name.toLowerCase()] ?? null]))
  return {
    ...(wanted?.host !== undefined && { host: upstream.host }),
    ...(wanted?.path !== undefined && { path: upstream.path }),
    ...(wanted?.headers && { headers }),
  }
}

function answerHeaders(headers: Readonly<Record<string, string>>, { responseHeaders, absentResponseHeaders }: Expected): Expected {
  return {
    ...(responseHeaders && {
      responseHeaders: Object.fromEntries(Object.keys(responseHeaders).map(name => [name, headers[name.toLowerCase()] ?? ''])),
    }),
    ...(absentResponseHeaders && {
      absentResponseHeaders: absentResponseHeaders.filter(name => headers[name.toLowerCase()] === undefined),
    }),
  }
}

/** The cases round: thirds are written as 0.333. */
function close(share: number, expected = -1): number {
  return Math.abs(share - expected) < 0.001 ? expected : share
}
