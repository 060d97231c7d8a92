import { pointer } from '#base/index.ts'
import { besideWeight, HEADER_ROUTES } from '#model/traffic/index.ts'
import { oursOf, type Run } from './observed.ts'
import type { Snapshot } from './snapshot.ts'

type RouteBefore = Snapshot['routes'][number]
type RouteNamed = Snapshot['names']['routes'][number]
type Told = Pick<Run, 'release' | 'snapshot'>

/** Where a kind of route has its entries, and an entry what it sends to. */
const places: Readonly<Record<string, readonly [list: string, rows: string]>> = {
  VirtualService: ['http', 'route'],
  HTTPRoute: ['rules', 'backendRefs'],
  GRPCRoute: ['rules', 'backendRefs'],
}

/**
 * Plain kubectl and sh that put the managed entries of each route back as they were, without what the run told apart. Run it when canary pods
 * have no traffic to lose, or at once when they fail.
 */
export function restoreRouting(run: Told): string {
  const { routes, names } = run.snapshot
  const stood = ({ kind, name }: RouteNamed): boolean => routes.some(route => route.kind === kind && route.name === name)
  const made = names.routes.filter(route => route.made !== undefined && !stood(route))
  if (routes.length + made.length === 0) return '# No route was there before, or none is moved: nothing to restore.\n'
  const removals = made.map(route => `${commandOf(route, run.release.namespace)('delete')} --ignore-not-found\n`)
  return [...routes.map(route => restoreRoute(route, run)), ...removals].join('')
}

function restoreRoute(route: RouteBefore, run: Told): string {
  const [list, rows] = places[route.kind] ?? []
  const kubectl = commandOf(route, run.release.namespace)
  if (route.kind === 'Ingress') return [...withoutHeaderRoutes(kubectl), annotate(kubectl, weightsOf(route)), ''].join('\n')
  if (list === undefined || rows === undefined) {
    const [selector] = route.entries
    return `${kubectl('patch')} --type=json -p ${quoted([{ op: 'replace', path: pointer('spec', 'selector'), value: selector?.destinations }])}\n`
  }
  const patch = route.entries.map(({ index, destinations }) => ({
    op: 'replace',
    path: pointer('spec', list, index, rows),
    value: destinations,
  }))
  return [
    ...withoutOwnEntries(kubectl, list),
    `${kubectl('patch')} --type=json -p ${quoted(patch)}`,
    ...mirrorsOf(route, kubectl, run),
    '',
  ].join('\n')
}

/** Annotations of weight as they were. */
function weightsOf({ entries }: RouteBefore): object {
  return Object.assign({}, ...entries.map(({ destinations }) => destinations)) as object
}

function annotate(kubectl: Command, annotations: object): string {
  return `${kubectl('patch')} --type=merge -p ${quoted({ metadata: { annotations } })}`
}

/** Where the run's record of them does not stand, such annotations are the user's. */
function withoutHeaderRoutes(kubectl: Command): readonly string[] {
  const recorded = `${kubectl('get')} -o jsonpath='{.metadata.annotations.${HEADER_ROUTES.replaceAll('.', String.raw`\.`)}}'`
  const nothing = Object.fromEntries([...besideWeight, HEADER_ROUTES].map(name => [name, null]))
  return ['# Header routes of the run first.', `[ -z "$(${recorded})" ] || ${annotate(kubectl, nothing)}`]
}

type Command = (verb: 'get' | 'patch' | 'delete') => string

function commandOf({ apiVersion, kind, name }: RouteNamed, namespace: string): Command {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0] ?? ''}` : ''
  return verb => `kubectl -n ${namespace} ${verb} ${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}${group} ${name}`
}

function withoutOwnEntries(kubectl: Command, list: string): readonly string[] {
  const names = `${kubectl('get')} -o jsonpath='{range .spec.${list}[*]}{.name}{"\\n"}{end}'`
  return [
    '# Entries of the run first, from the last one on, so that the others have their places again.',
    `for at in $(${names} | grep -nE '^sluice-(route|sticky)\\.' | cut -d: -f1 | sort -rn); do`,
    `  ${kubectl('patch')} --type=json -p "[{\\"op\\":\\"remove\\",\\"path\\":\\"/spec/${list}/$((at - 1))\\"}]"`,
    'done',
  ]
}

function mirrorsOf(route: RouteBefore, kubectl: Command, run: Told): readonly string[] {
  if (route.kind === 'VirtualService') return withoutMirrors(kubectl, route, run)
  return route.kind === 'HTTPRoute' ? withoutMirrorFilters(kubectl, route, run) : []
}

/** A rule has up to 16 filters, and which of them is the run's only the test in each patch tells. */
function withoutMirrorFilters(kubectl: Command, { entries }: RouteBefore, run: Told): readonly string[] {
  const service = oursOf(run).canary.host.split('.')[0] ?? ''
  return [
    '# Mirrors of the run; refused where there is none.',
    'for at in 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0; do',
    ...entries.map(({ index }) => {
      const at = `${pointer('spec', 'rules', index, 'filters')}/$at`
      const patch = [
        { op: 'test', path: `${at}/requestMirror/backendRef/name`, value: service },
        { op: 'remove', path: at },
      ]
      return `  ${kubectl('patch')} --type=json -p ${JSON.stringify(JSON.stringify(patch))} || true`
    }),
    'done',
  ]
}

/** The test in the patch tells a mirror of the run from every other one, and fails where there is none. */
function withoutMirrors(kubectl: Command, { entries }: RouteBefore, run: Told): readonly string[] {
  const { canary } = oursOf(run)
  const [field, value] = canary.subset === undefined ? ['host', canary.host] : ['subset', canary.subset]
  return [
    '# Mirrors of the run; refused where there is none.',
    ...entries.map(({ index }) => {
      const at = (...path: readonly string[]): string => pointer('spec', 'http', index, ...path)
      const patch = [
        { op: 'test', path: at('mirror', field as string), value },
        { op: 'remove', path: at('mirror') },
        { op: 'remove', path: at('mirrorPercentage') },
      ]
      return `${kubectl('patch')} --type=json -p ${quoted(patch)} || true`
    }),
  ]
}

function quoted(patch: object): string {
  return `'${JSON.stringify(patch).replaceAll("'", String.raw`'\''`)}'`
}
