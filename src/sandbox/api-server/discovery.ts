import { createHash } from 'node:crypto'
import { resources } from './kinds/all.ts'
import { apiVersionOf, type Resource, type Subresource } from './resource.ts'
import { builtInType } from './schema/tables.ts'
import type { StructType } from './schema/type.ts'
import { unknownResource } from './status.ts'

/** A kind that is asked and answered, never kept: access reviews. */
interface Virtual {
  readonly group: string
  readonly plural: string
  readonly kind: string
  readonly type: StructType
}

export const virtualResources: readonly Virtual[] = [
  {
    group: 'authorization.k8s.io',
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    type: builtInType('SelfSubjectAccessReview'),
  },
  {
    group: 'authorization.k8s.io',
    plural: 'selfsubjectrulesreviews',
    kind: 'SelfSubjectRulesReview',
    type: builtInType('SelfSubjectRulesReview'),
  },
  { group: 'authentication.k8s.io', plural: 'selfsubjectreviews', kind: 'SelfSubjectReview', type: builtInType('SelfSubjectReview') },
]

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const subresourceVerbs = ['get', 'patch', 'update']

const verbsOf = ({ custom, kind }: Resource): readonly string[] => {
  if (custom) return customVerbs
  return kind === 'Namespace' ? verbs.filter(verb => verb !== 'deletecollection') : verbs
}

/** Clients compare it to learn whether two versions are one storage. */
function storageVersionHash({ group, versions, kind }: Resource): string {
  const digest = createHash('sha256')
    .update(`${group}/${versions[0] ?? ''}/${kind}`)
    .digest()
  return digest.subarray(0, 8).toString('base64')
}

const singular = (kind: string): string => kind.toLowerCase()

function describe(resource: Resource): readonly object[] {
  const { plural, kind, namespaced, shortNames, categories, subresources } = resource
  const own = {
    name: plural,
    singularName: singular(kind),
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    storageVersionHash: storageVersionHash(resource),
  }
  return [own, ...subresources.toSorted().map(sub => describeSubresource(resource, sub))]
}

function describeSubresource({ plural, kind, namespaced }: Resource, sub: Subresource): object {
  const scale = sub === 'scale' ? { group: 'autoscaling', version: 'v1' } : {}
  const verbs = sub === 'finalize' ? ['update'] : subresourceVerbs
  return { name: `${plural}/${sub}`, singularName: '', namespaced, ...scale, kind: sub === 'scale' ? 'Scale' : kind, verbs }
}

const servedIn = (group: string, version: string): readonly Resource[] =>
  resources
    .filter(resource => resource.group === group && resource.versions.includes(version))
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1))

const virtualIn = (group: string): readonly Virtual[] => virtualResources.filter(resource => resource.group === group)

/** Versions of a group, the preferred one first. */
const versionsOf = (group: string): readonly string[] => {
  const all = resources.filter(resource => resource.group === group).flatMap(resource => resource.versions)
  return virtualIn(group).length > 0 ? ['v1'] : [...new Set(all)]
}

/** Named groups, in the order in which `kubectl api-resources` prefers them. */
export const groups: readonly string[] = [
  ...new Set([...resources.map(resource => resource.group), ...virtualResources.map(resource => resource.group)].filter(Boolean)),
]

/** /api */
export const legacyVersions = (): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: 'localhost' }],
})

function groupEntry(group: string): object {
  const versions = versionsOf(group).map(version => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions, preferredVersion: versions[0] }
}

/** /apis */
export const groupList = (): object => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) })

/** /apis/GROUP; undefined where there is none. */
export const groupOf = (group: string): object | undefined =>
  groups.includes(group) ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) } : undefined

/** /api/v1, /apis/GROUP/VERSION. An unknown version of a known group is a 404 Status. */
export function resourceList(group: string, version: string): object {
  if (!versionsOf(group).includes(version)) throw unknownResource()
  const virtual = virtualIn(group).map(({ plural, kind }) => ({
    name: plural,
    singularName: singular(kind),
    namespaced: false,
    kind,
    verbs: ['create'],
  }))
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(group, version),
    resources: [...servedIn(group, version).flatMap(describe), ...virtual],
  }
}

/** Aggregated discovery of the core group, or of all named ones: everything in one answer. */
export function aggregated(core: boolean, version: string): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: (core ? [''] : groups).map(group => ({
      metadata: group ? { name: group } : {},
      versions: versionsOf(group).map(name => ({ version: name, freshness: 'Current', resources: aggregatedResources(group, name) })),
    })),
  }
}

function aggregatedResources(group: string, version: string): readonly object[] {
  const kept = servedIn(group, version).map(resource => {
    const { plural, kind, namespaced, shortNames, categories, subresources } = resource
    return {
      resource: plural,
      responseKind: { group, version, kind },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      singularResource: singular(kind),
      verbs: verbsOf(resource),
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
      ...(subresources.length > 0
        ? {
            subresources: subresources.toSorted().map(sub => ({
              subresource: sub,
              responseKind: sub === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { group, version, kind },
              verbs: subresourceVerbs,
            })),
          }
        : {}),
    }
  })
  const virtual = virtualIn(group).map(({ plural, kind }) => ({
    resource: plural,
    responseKind: { group, version, kind },
    scope: 'Cluster',
    singularResource: singular(kind),
    verbs: ['create'],
  }))
  return [...kept, ...virtual]
}
