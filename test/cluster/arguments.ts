import { parseArgs } from 'node:util'

/** What `npm run test:cluster` was asked for. */
export interface Arguments {
  readonly help: boolean
  readonly context: string | undefined
  readonly kubeconfig: string | undefined
  /** Empty: all that the cluster can play. */
  readonly stories: readonly string[]
  /** Beginning of the names of all namespaces. */
  readonly prefix: string
  readonly keep: boolean
  readonly images: Images
  /** The Service of Istio's ingress gateway. */
  readonly gateway: ServiceName
  /** The Service of ingress-nginx. */
  readonly ingress: ServiceName
  readonly perSecond: number
}

export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

/** Every image has `node` on its PATH: what it runs comes from a ConfigMap. */
export interface Images {
  /** Repository of the application. */
  readonly app: string
  /** Tags of the old and the new version: two that exist. */
  readonly tags: readonly [from: string, to: string]
  /** Of the load generator, with its tag. */
  readonly load: string
}

export const usage = `Usage: npm run test:cluster -- --context NAME [options]

Releases small applications on a real cluster, under load from a pod, and judges every request.
Each story has a namespace of its own, which is deleted at the end, after a failure and after Ctrl-C.

  --context NAME         of the kubeconfig; required: nobody's present context decides
  --kubeconfig FILE      (default: $KUBECONFIG, else ~/.kube/config)
  --story NAME           only this story; may be repeated
  --namespace PREFIX     namespaces begin so (default: sluice-test)
  --keep                 leave everything as it is at the end, to be looked at
  --gateway NAMESPACE/NAME   the Service of the ingress gateway (default: istio-system/istio-ingressgateway)
  --ingress NAMESPACE/NAME   the Service of ingress-nginx (default: ingress-nginx/ingress-nginx-controller)
  --load N               requests a second in each story (default: 20)
  --app-image REPOSITORY any image with node (default: docker.io/library/node)
  --app-tags OLD,NEW     two of its tags (default: 22-alpine,24-alpine)
  --load-image IMAGE     any image with node (default: docker.io/library/node:24-alpine)

Exit code: 0 all passed, 1 a story failed, 2 wrong arguments, 5 the cluster cannot be used, 130 interrupted.
`

/** Wrong arguments: what is wrong, in words for the person who typed them. */
export class ArgumentsError extends Error {}

export function readArguments(argv: readonly string[], known: readonly string[]): Arguments {
  const { values } = parsed(argv)
  const { help = false, context, kubeconfig, keep = false, story: stories = [], namespace: prefix = 'sluice-test' } = values
  if (!help && context === undefined) refuse('--context NAME is missing (kubectl config get-contexts)')
  const unknown = stories.find(each => !known.includes(each))
  if (unknown !== undefined) refuse(`--story ${unknown}: there are ${known.join(', ')}`)
  // The name of the run and of a story follow; a name has 63 characters at most.
  if (!/^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/.test(prefix)) refuse(`--namespace ${prefix}: small letters, digits and dashes, at most 32`)
  const perSecond = rateOf(values.load)
  const gateway = serviceOf('--gateway', values.gateway ?? 'istio-system/istio-ingressgateway')
  const ingress = serviceOf('--ingress', values.ingress ?? 'ingress-nginx/ingress-nginx-controller')
  const images = imagesOf(values['app-image'], values['app-tags'], values['load-image'])
  return { help, context, kubeconfig, stories, prefix, keep, images, gateway, ingress, perSecond }
}

function imagesOf(app = 'docker.io/library/node', tags = '22-alpine,24-alpine', load = 'docker.io/library/node:24-alpine'): Images {
  return { app, tags: tagsOf(tags), load }
}

function rateOf(text = '20'): number {
  const rate = Number(text)
  return rate > 0 && rate <= 1000 ? rate : refuse(`--load ${text}: more than 0 and at most 1000`)
}

function serviceOf(option: string, text: string): ServiceName {
  const [, namespace = '', name = ''] = /^([^/]+)[/]([^/]+)$/.exec(text) ?? []
  return name === '' ? refuse(`${option} ${text}: NAMESPACE/NAME of a Service`) : { namespace, name }
}

function tagsOf(text: string): Images['tags'] {
  const [, from = '', to = ''] = /^([^,]+),([^,]+)$/.exec(text) ?? []
  return from === to ? refuse(`--app-tags ${text}: two different tags, as in 22-alpine,24-alpine`) : [from, to]
}

function refuse(words: string): never {
  throw new ArgumentsError(words)
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h' },
        context: { type: 'string' },
        kubeconfig: { type: 'string' },
        story: { type: 'string', multiple: true },
        namespace: { type: 'string' },
        keep: { type: 'boolean' },
        gateway: { type: 'string' },
        ingress: { type: 'string' },
        load: { type: 'string' },
        'app-image': { type: 'string' },
        'app-tags': { type: 'string' },
        'load-image': { type: 'string' },
      },
    })
  } catch (error) {
    throw new ArgumentsError((error as Error).message)
  }
}
