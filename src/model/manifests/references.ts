// Where ConfigMaps and Secrets are named: in pod specs, where names can be rewritten, and elsewhere, where they cannot.
import type { Json, KubernetesObject } from '#base/index.ts'
import { podTemplatePaths } from './kinds.ts'
import { isMapping, type Mapping } from './mapping.ts'

export type Versioned = 'ConfigMap' | 'Secret'

/** What a name becomes; undefined leaves it as it is. */
export type Rename = (kind: Versioned, name: string) => string | undefined

/** The object with the names in its pod spec renamed: env, envFrom, volumes (projected ones too), imagePullSecrets. */
export function renameInPods(object: KubernetesObject, rename: Rename): KubernetesObject {
  const path = podTemplatePaths[object.kind]
  if (!path) return object
  return at(object as unknown as Json, [...path, 'spec'], spec => podSpec(spec, rename)) as unknown as KubernetesObject
}

/** A copy in which the value at a path is changed; the same where the path ends early. */
function at(value: Json, path: readonly string[], change: (value: Json) => Json): Json {
  const [key, ...rest] = path
  if (key === undefined) return change(value)
  if (!isMapping(value) || value[key] === undefined) return value
  return { ...value, [key]: at(value[key], rest, change) }
}

function each(value: Json | undefined, change: (item: Mapping) => Mapping): Json | undefined {
  return Array.isArray(value) ? (value as readonly Json[]).map(item => (isMapping(item) ? change(item) : item)) : value
}

/** A mapping with some of its fields changed; fields that are not there stay away. */
function change(value: Mapping, fields: { readonly [key: string]: (field: Json) => Json | undefined }): Mapping {
  const changed = Object.entries(fields).flatMap(([key, by]) => (value[key] === undefined ? [] : [[key, by(value[key])] as const]))
  return { ...value, ...Object.fromEntries(changed) }
}

function podSpec(spec: Json, rename: Rename): Json {
  if (!isMapping(spec)) return spec
  const containers = (list: Json): Json | undefined => each(list, container => containerNames(container, rename))
  return change(spec, {
    containers,
    initContainers: containers,
    ephemeralContainers: containers,
    volumes: list => each(list, volume => volumeNames(volume, rename)),
    imagePullSecrets: list => each(list, secret => named(secret, 'name', 'Secret', rename)),
  })
}

function named(value: Mapping, field: string, kind: Versioned, rename: Rename): Mapping {
  const name = value[field]
  const renamed = typeof name === 'string' ? rename(kind, name) : undefined
  return renamed === undefined ? value : { ...value, [field]: renamed }
}

const reference =
  (kind: Versioned, rename: Rename, field = 'name') =>
  (value: Json): Json =>
    isMapping(value) ? named(value, field, kind, rename) : value

function containerNames(container: Mapping, rename: Rename): Mapping {
  return change(container, {
    envFrom: list =>
      each(list, from => change(from, { configMapRef: reference('ConfigMap', rename), secretRef: reference('Secret', rename) })),
    env: list => each(list, variable => change(variable, { valueFrom: from => (isMapping(from) ? valueNames(from, rename) : from) })),
  })
}

function valueNames(from: Mapping, rename: Rename): Mapping {
  return change(from, { configMapKeyRef: reference('ConfigMap', rename), secretKeyRef: reference('Secret', rename) })
}

function volumeNames(volume: Mapping, rename: Rename): Mapping {
  return change(volume, {
    configMap: reference('ConfigMap', rename),
    secret: reference('Secret', rename, 'secretName'),
    projected: from =>
      isMapping(from)
        ? change(from, {
            sources: list =>
              each(list, source => change(source, { configMap: reference('ConfigMap', rename), secret: reference('Secret', rename) })),
          })
        : from,
  })
}

/** A mention of a name outside of the places that {@link renameInPods} knows. */
export interface Mention {
  readonly kind: Versioned
  readonly name: string
  /** Like spec, servers, 0, tls, credentialName. */
  readonly path: readonly string[]
}

/** Fields whose names say that a ConfigMap or Secret is meant: `secretName`, `credentialName`, `certificateRefs`, `configMapRef`. */
const secretField = /secret|credential|certificate|password|tls/i
const configField = /config.?map/i
/** Texts in which code is told a name. */
const codeField = /(?:^|\.)(?:args|command|env)\.\d+(?:\.value)?$/

/**
 * Every mention of one of the names that a new name would not reach: fields of other kinds that speak of Secrets or ConfigMaps, rights on single
 * names, and texts for code. Text counts only where nothing else of the release has that name (`ambiguous`), or every `cart` would be a mention.
 */
export function mentionsOf(
  object: KubernetesObject,
  names: { readonly [kind in Versioned]: ReadonlySet<string> },
  ambiguous: ReadonlySet<string>,
): readonly Mention[] {
  if (names.ConfigMap.size + names.Secret.size === 0) return []
  const mentions: Mention[] = []
  // What pods name properly is taken out first: the rest is mentions.
  const rest = renameInPods(object, () => '') as unknown as Json
  const visit = (value: Json | undefined, path: readonly string[], siblings: Mapping): void => {
    if (typeof value === 'string') {
      for (const kind of kindsMeant(path, siblings)) if (names[kind].has(value)) mentions.push({ kind, name: value, path })
      if (codeField.test(path.join('.'))) mentions.push(...inCode(value, path, names, ambiguous))
    } else if (Array.isArray(value)) {
      for (const [index, item] of (value as readonly Json[]).entries()) visit(item, [...path, String(index)], siblings)
    } else if (isMapping(value)) {
      for (const [key, inside] of Object.entries(value)) visit(inside, [...path, key], value)
    }
  }
  for (const [field, value] of Object.entries(rest as Mapping)) if (field !== 'metadata') visit(value, [field], {})
  return mentions
}

function kindsMeant(path: readonly string[], siblings: Mapping): readonly Versioned[] {
  const text = path.join('.')
  if (typeof siblings['kind'] === 'string')
    return siblings['kind'] === 'Secret' || siblings['kind'] === 'ConfigMap' ? [siblings['kind']] : []
  if (path.includes('resourceNames')) return ['ConfigMap', 'Secret']
  return [...(configField.test(text) ? (['ConfigMap'] as const) : []), ...(secretField.test(text) ? (['Secret'] as const) : [])]
}

function inCode(
  text: string,
  path: readonly string[],
  names: { readonly [kind in Versioned]: ReadonlySet<string> },
  ambiguous: ReadonlySet<string>,
): Mention[] {
  const words = new Set(text.split(/[^a-z0-9.-]+/))
  return (['ConfigMap', 'Secret'] as const).flatMap(kind =>
    [...names[kind]].filter(name => words.has(name) && !ambiguous.has(name)).map(name => ({ kind, name, path })),
  )
}
