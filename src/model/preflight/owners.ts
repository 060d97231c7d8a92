import { objectName, type KubernetesObject } from '#base/index.ts'
import type { Facts, Subject } from './facts.ts'
import { failures } from './failures.ts'
import { objection, ok, type PreflightFinding } from './finding.ts'
import { grouped } from './grouped.ts'
import { argoRule, fluxRule, helmReleaseRule } from './ignore-rules.ts'
import { splitHolders } from './route.ts'
import { listed } from './text.ts'

/** Who deploys an object beside Sluice. */
type Owner =
  | { readonly tool: 'Argo CD'; readonly name: string }
  | { readonly tool: 'Flux Kustomization' | 'Flux HelmRelease'; readonly name: string }
  | { readonly tool: 'Helm'; readonly name: string }

/** In place of a name that the marks of a tool do not tell. */
const UNNAMED = '(not named on the object)'

/** Who else deploys what the run changes, with the rule that keeps them off, and what that rule freezes. */
export function ownerFindings({ subject }: Facts): readonly PreflightFinding[] {
  return ownedFindings(changed(subject))
}

/** The same for the objects that are given. */
export function ownedFindings(changed: readonly KubernetesObject[]): readonly PreflightFinding[] {
  const owned = changed.flatMap(object => {
    const owner = ownerOf(object)
    return owner ? [{ object, owner }] : []
  })
  const found = grouped(owned, ({ owner }) => `${owner.tool} ${owner.name}`).map(some => {
    const objects = some.map(({ object }) => object)
    return findingOf(some[0].owner, objects)
  })
  return found.length > 0 ? found : [ok('owners', `nobody else deploys ${listed(changed.map(objectName))}`)]
}

/** The objects that a run writes in-between, as they live. */
function changed({ rule, workload, manifests, ...subject }: Subject): readonly KubernetesObject[] {
  const live = (object: KubernetesObject): KubernetesObject | undefined =>
    manifests.find(each => each.object.kind === object.kind && each.object.metadata.name === object.metadata.name)?.live
  const present = (object: KubernetesObject): KubernetesObject => live(object) ?? object
  return [...splitHolders(subject), ...(rule ? [rule.before ?? rule.after] : []), workload].map(present)
}

/** Label, annotation and field manager by which each tool marks what is its own; a chart that Flux installs bears Helm's marks too. */
export function ownerOf({ metadata }: KubernetesObject): Owner | undefined {
  const { labels = {}, annotations = {} } = metadata
  const flux = (kind: 'kustomize' | 'helm'): string | undefined => {
    const name = labels[`${kind}.toolkit.fluxcd.io/name`]
    return name === undefined ? undefined : `${labels[`${kind}.toolkit.fluxcd.io/namespace`] ?? 'flux-system'}/${name}`
  }
  const argo = argoName(metadata)
  if (argo !== undefined) return { tool: 'Argo CD', name: argo }
  const [kustomization, helmRelease] = [flux('kustomize'), flux('helm')]
  if (kustomization !== undefined) return { tool: 'Flux Kustomization', name: kustomization }
  if (helmRelease !== undefined) return { tool: 'Flux HelmRelease', name: helmRelease }
  const release = annotations['meta.helm.sh/release-name']
  if (release === undefined && labels['app.kubernetes.io/managed-by'] !== 'Helm') return undefined
  const { 'meta.helm.sh/release-namespace': namespace = metadata.namespace ?? '' } = annotations
  return { tool: 'Helm', name: `${namespace}/${release ?? labels['app.kubernetes.io/instance'] ?? UNNAMED}` }
}

/** A tracking id is `application:group/Kind:namespace/name`; where Argo CD tracks by label, its field manager tells the label from others'. */
function argoName({ labels = {}, annotations = {}, managedFields = [] }: KubernetesObject['metadata']): string | undefined {
  const id = annotations['argocd.argoproj.io/tracking-id']
  if (id !== undefined) return id.split(':')[0]
  const managers = (managedFields as readonly { readonly manager?: string }[]).map(({ manager = '' }) => manager)
  return managers.some(manager => manager.startsWith('argocd')) ? (labels['app.kubernetes.io/instance'] ?? UNNAMED) : undefined
}

function findingOf(owner: Owner, objects: readonly KubernetesObject[]): PreflightFinding {
  const names = listed(objects.map(objectName))
  if (owner.tool === 'Helm') return objection('owners', 'warn', failures.HELM({ release: owner.name, objects: names }))
  const { rule, freezes } = rulesOf[owner.tool](owner.name, objects)
  const failure = failures.GITOPS({ tool: owner.tool, owner: owner.name, objects: names, freezes })
  return objection('owners', 'warn', failure, rule)
}

/** Who deploys these objects beside Sluice, and the rule that keeps them off; undefined where none bears the marks of such a tool. */
export function ignoreRuleFor(objects: readonly KubernetesObject[]): { readonly owner: string; readonly rule?: string } | undefined {
  const owner = objects.map(ownerOf).find(each => each !== undefined)
  if (!owner) return undefined
  // One object may have been written in several places.
  const once = [...new Map(objects.map(object => [objectName(object), object])).values()]
  const words = `${owner.tool} ${owner.name}`
  return owner.tool === 'Helm' ? { owner: words } : { owner: words, rule: rulesOf[owner.tool](owner.name, once).rule }
}

const rulesOf = { 'Argo CD': argoRule, 'Flux Kustomization': fluxRule, 'Flux HelmRelease': helmReleaseRule } as const
