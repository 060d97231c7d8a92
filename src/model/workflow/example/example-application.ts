import type { ApplicationFile } from '../documents/application.ts'
import { workflow } from '../failures.ts'
import { movesTraffic, type Strategy } from '../strategy.ts'
import { repository } from '../written/kinds.ts'
import { dnsName, sayValue } from '../written/leaf.ts'
import { documents, type ExampleFacts } from './documents.ts'
import { manifestsFor } from './manifests.ts'

export interface ExampleChoice {
  /** Of the service: its Deployment and its Service get it too. */
  readonly name: string
  /** With or without a tag. */
  readonly image: string
  /** Of the kubeconfig; left out, the infrastructure takes the present one. */
  readonly context?: string
  readonly namespace?: string
  /** That the container listens at. */
  readonly port?: number
  /** How its workflow releases; by default a canary. Without one that moves traffic there are no routes. */
  readonly strategy?: Strategy
}

/**
 * The files of an application for one image, with a comment on everything that one may want to change. It has no problems and runs as it is.
 * Throws WRONG_VALUE for a name or an image that cannot be.
 */
export function exampleApplication({
  name,
  image,
  context,
  namespace = 'default',
  port = 8080,
  strategy = 'canary',
}: ExampleChoice): readonly ApplicationFile[] {
  const [, of = image, tag = 'latest'] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(image) ?? []
  if (!dnsName.safeParse(name).success) {
    throw workflow.WRONG_VALUE({ where: 'Name', is: sayValue(name), wants: 'small letters, digits and dashes, at most 63' })
  }
  if (!repository.safeParse(of).success) {
    throw workflow.WRONG_VALUE({ where: 'Image', is: sayValue(image), wants: 'an image such as ghcr.io/acme/cart' })
  }
  const facts: ExampleFacts = { name, repository: of, tag, context, namespace, port, strategy }
  return [{ path: 'sluice.yaml', text: documents(facts) }, { path: 'values.yaml', text: values(facts) }, ...manifestsFor(strategy)]
}

function values({ name, repository: image, tag, port, strategy }: ExampleFacts): string {
  const host = `# The host that users call; "*" is every host that reaches the gateway.
host: "*"
`
  return `# What the manifests call .Values. Texts may hold \${…}: \${env.name}, \${variables.x}, \${artifact.tag} …
name: ${name}
# The run's --tag takes the place of this one.
image: ${image}:${tag}
port: ${port}
replicas: 4
${movesTraffic(strategy) ? host : ''}`
}
