import type { KubernetesObject } from '#base/index.ts'

/** What is to be pasted, and what stands still because of it. */
export interface IgnoreRule {
  readonly rule: string
  readonly freezes: string
}

/** Fields that a run changes in-between, as JSON pointers. */
const fields: Readonly<Record<string, readonly string[]>> = {
  VirtualService: ['/spec/http'],
  HTTPRoute: ['/spec/rules'],
  GRPCRoute: ['/spec/rules'],
  DestinationRule: ['/spec/subsets'],
  Deployment: ['/spec/paused', '/spec/replicas', '/spec/template'],
  Service: ['/spec/selector'],
}

const fieldsOf = ({ kind }: KubernetesObject): readonly string[] => fields[kind] ?? ['/spec']

const groupOf = ({ apiVersion }: KubernetesObject): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')

/**
 * Argo CD can leave alone what a field manager owns. The run gives its fields back at the end, so for routes and rules nothing stays frozen;
 * a new version's template stays Sluice's own.
 */
export function argoRule(application: string, objects: readonly KubernetesObject[]): IgnoreRule {
  const rows = objects.map(object => {
    const managers = object.kind === 'Deployment' ? '[sluice-run, sluice]' : '[sluice-run]'
    const { name, namespace } = object.metadata
    return `    - { group: "${groupOf(object)}", kind: ${object.kind}, name: ${name}, namespace: ${namespace ?? ''}, managedFieldsManagers: ${managers} }`
  })
  const rule = [
    `In Application ${application}:`,
    'spec:',
    '  ignoreDifferences:',
    ...rows,
    '  syncPolicy:',
    '    syncOptions: [RespectIgnoreDifferences=true]',
  ]
  const template = objects.some(({ kind }) => kind === 'Deployment') ? '; the template for good: versions come by Sluice' : ''
  return { rule: rule.join('\n'), freezes: frozen(objects, `while a run holds them${template}`) }
}

/** Flux goes by paths, so what is ignored stays so between runs. */
export function fluxRule(kustomization: string, objects: readonly KubernetesObject[]): IgnoreRule {
  const rule = [`In Kustomization ${kustomization} (an older Flux has no ignore: flux suspend it for the run):`, 'spec:', '  ignore:']
  return { rule: [...rule, ...pathRows(objects, '    ')].join('\n'), freezes: frozen(objects, always) }
}

export function helmReleaseRule(release: string, objects: readonly KubernetesObject[]): IgnoreRule {
  const rule = [`In HelmRelease ${release}:`, 'spec:', '  driftDetection:', '    ignore:', ...pathRows(objects, '      ')]
  return { rule: rule.join('\n'), freezes: `${frozen(objects, always)} An upgrade of the chart writes them all the same.` }
}

const always = 'also between runs: change them by Sluice'

function pathRows(objects: readonly KubernetesObject[], indent: string): readonly string[] {
  return objects.map(object => {
    const paths = fieldsOf(object).map(path => `"${path}"`)
    return `${indent}- { paths: [${paths.join(', ')}], target: { kind: ${object.kind}, name: ${object.metadata.name} } }`
  })
}

function frozen(objects: readonly KubernetesObject[], since: string): string {
  const paths = [
    ...new Set(objects.flatMap(object => fieldsOf(object).map(path => `${object.kind} ${path.slice(1).replaceAll('/', '.')}`))),
  ]
  return `The rule to paste freezes changes from Git to ${paths.join(', ')} ${since}.`
}
