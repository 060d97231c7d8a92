// The values behind the names of names/scope.ts, in the order in which they become known.
import type { Json } from '#base/index.ts'
import { shapeOf, type Scope, type Values } from '#model/expressions/index.ts'
import type { Artifact } from '../resolved.ts'
import type { WrittenValues } from '../written/variables.ts'

/** The names of the documents that a release is made of. */
export interface DocumentNames {
  readonly application: string
  readonly service: string
  readonly environment: string
  readonly production: boolean
  readonly infrastructure: string
  readonly workflow: string
  readonly strategy: string
}

/** What is known before variables are. */
export function baseNames(of: DocumentNames): Values {
  return {
    app: { name: of.application },
    service: { name: of.service },
    env: { name: of.environment, production: of.production, environmentType: of.production ? 'PROD' : 'NON_PROD' },
    infra: { name: of.infrastructure },
    workflow: { name: of.workflow, strategy: of.strategy },
  }
}

export function withVariables(names: Values, variables: WrittenValues): Values {
  const workflow = { ...(names['workflow'] as Readonly<Record<string, Json>>), variables }
  return { ...names, workflow, variables, serviceVariable: variables, environmentVariable: variables }
}

export function withArtifact(names: Values, { repository, tag, digest, image }: Artifact): Values {
  const parts = defined({ image, repository, tag, digest })
  const service = { ...(names['service'] as Readonly<Record<string, Json>>), ...defined({ image: repository }) }
  return { ...names, service, artifact: { ...parts, metadata: defined({ image, tag }) } }
}

export function withInfrastructure(
  names: Values,
  { namespace, releaseName, cluster }: { readonly namespace: string; readonly releaseName: string; readonly cluster: string },
): Values {
  const infra = { ...(names['infra'] as Readonly<Record<string, Json>>), namespace, releaseName, cluster, kubernetes: { namespace } }
  return { ...names, infra }
}

/** The variables of a run as a scope. */
export function variableScope(variables: WrittenValues): Scope {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { shape: shapeOf(value), when: 'plan' as const }]))
}

function defined(parts: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parts).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
