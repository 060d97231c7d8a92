/**
 * 1. A ConfigMap or Secret that pod specs name, and nothing else, gets its content's hash as suffix, and the pod specs name it by that.
 * 2. What something else names keeps its name: that something would not learn the new one. So does what asks for it, and what nobody names.
 * 3. The same manifests give the same names, always.
 */
import { objectName, problemOf, type KubernetesObject, type Problem } from '#base/index.ts'
import { annotationsOf } from './annotations.ts'
import { manifests } from './failures.ts'
import { podTemplatePaths } from './kinds.ts'
import { mentionsOf, renameInPods, type Mention, type Versioned } from './references.ts'
import type { RenderedObject } from './rendered-object.ts'
import { versionedName } from './version-hash.ts'

export interface VersionedManifests {
  readonly objects: readonly RenderedObject[]
  /** Indexes of the objects whose names end in a hash. */
  readonly versioned: readonly number[]
  /** Warnings for each ConfigMap or Secret that keeps its name because of something that names it. */
  readonly problems: readonly Problem[]
}

interface Naming {
  readonly source: RenderedObject
  readonly newName: string
}

/** Gives ConfigMaps and Secrets names by their content, and renames them where pod specs name them. */
export function versionNames(objects: readonly RenderedObject[]): VersionedManifests {
  const candidates = new Map(objects.filter(({ object }) => mayBeVersioned(object)).map(each => [keyOf(each.object), each]))
  if (candidates.size === 0) return { objects, versioned: [], problems: [] }
  const named = namedByPods(objects, candidates)
  const mentioned = mentions(
    objects,
    [...candidates.values()].filter(each => named.has(keyOf(each.object))),
  )
  const namings = new Map<string, Naming>()
  for (const [key, source] of candidates) {
    if (named.has(key) && !mentioned.has(key)) namings.set(key, { source, newName: versionedName(source.object) })
  }
  const renamed = objects.map(each => renamedObject(each, namings))
  const versioned = objects.flatMap(({ object }, index) => (namings.has(keyOf(object)) ? [index] : []))
  return { objects: renamed, versioned, problems: [...mentioned].flatMap(([key, mention]) => keptProblem(candidates.get(key), mention)) }
}

/** Secrets of these types are made for others by name. */
const fixedTypes = new Set(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token', 'helm.sh/release.v1'])

function mayBeVersioned(object: KubernetesObject): boolean {
  if (object.apiVersion !== 'v1' || (object.kind !== 'ConfigMap' && object.kind !== 'Secret')) return false
  return !annotationsOf(object).skipVersioning && !fixedTypes.has(String(object['type']))
}

const key = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace ?? ''}/${name}`
const keyOf = ({ kind, metadata }: KubernetesObject): string => key(kind, metadata.namespace, metadata.name)

function namedByPods(objects: readonly RenderedObject[], candidates: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const named = new Set<string>()
  for (const { object } of objects) {
    renameInPods(object, (kind, name) => {
      const found = key(kind, object.metadata.namespace, name)
      if (candidates.has(found)) named.add(found)
      return undefined
    })
  }
  return named
}

interface MentionIn extends Mention {
  readonly by: RenderedObject
}

/** The first mention of each candidate outside of pod specs, in its namespace. */
function mentions(objects: readonly RenderedObject[], candidates: readonly RenderedObject[]): ReadonlyMap<string, MentionIn> {
  const found = new Map<string, MentionIn>()
  const names = { ConfigMap: namesOf(candidates, 'ConfigMap'), Secret: namesOf(candidates, 'Secret') }
  const others = new Set(
    objects.filter(({ object }) => object.kind !== 'ConfigMap' && object.kind !== 'Secret').map(({ object }) => object.metadata.name),
  )
  for (const by of objects) {
    for (const mention of mentionsOf(by.object, names, others)) {
      const target = candidates.find(
        ({ object }) => object.kind === mention.kind && object.metadata.name === mention.name && sees(by.object, object),
      )
      if (target && !found.has(keyOf(target.object))) found.set(keyOf(target.object), { ...mention, by })
    }
  }
  return found
}

function namesOf(candidates: readonly RenderedObject[], kind: Versioned): ReadonlySet<string> {
  return new Set(candidates.filter(({ object }) => object.kind === kind).map(({ object }) => object.metadata.name))
}

/** Pods name what is in their namespace; other kinds (a gateway elsewhere) may mean any. */
function sees(by: KubernetesObject, target: KubernetesObject): boolean {
  return by !== target && (by.metadata.namespace === target.metadata.namespace || podTemplatePaths[by.kind] === undefined)
}

function renamedObject(each: RenderedObject, namings: ReadonlyMap<string, Naming>): RenderedObject {
  const { object } = each
  const naming = namings.get(keyOf(object))
  if (naming) return { ...each, object: { ...object, metadata: { ...object.metadata, name: naming.newName } } }
  const renamed = renameInPods(object, (kind, name) => namings.get(key(kind, object.metadata.namespace, name))?.newName)
  return { ...each, object: renamed }
}

function keptProblem(kept: RenderedObject | undefined, mention: MentionIn): Problem[] {
  if (!kept) return []
  const facts = { object: objectName(kept.object), by: objectName(mention.by.object), field: mention.path.join('.') }
  return [problemOf(manifests.NOT_VERSIONED(facts), mention.by.place(mention.path), 'warning')]
}
