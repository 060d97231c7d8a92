import type { Json } from '#base/index.ts'

/** The image of a run: a repository as it stands in the containers, and what the run brings. */
export interface Image {
  readonly repository: string
  readonly tag?: string
  /** `sha256:…` */
  readonly digest?: string
}

const imageForm = /^(?<repository>[^@]+?)(?::(?<tag>[\w.{}-]*))?(?:@(?<digest>[\w:+.]+))?$/

/** An image text in its parts: a colon before a slash belongs to the port of a registry. */
export function parseImage(text: string): Image {
  const { repository = text, tag, digest } = imageForm.exec(text)?.groups ?? {}
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** The image as containers name it. */
export function imageText({ repository, tag, digest }: Image): string {
  return repository + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`)
}

/**
 * The object with the run's image in every container and init container, at whatever depth, that has its repository (as Kustomize's `images`
 * does); `found` counts them. A digest replaces the tag too, unless both are given.
 */
export function withImage<T>(value: T, image: Image): { readonly value: T; readonly found: number } {
  let found = 0
  const visit = (node: Json, key?: string): Json => {
    if (Array.isArray(node)) {
      const isContainers = key === 'containers' || key === 'initContainers'
      const items = node as readonly Json[]
      const visited = items.map(each => visit(isContainers ? container(each) : each))
      return visited.some((each, index) => each !== items[index]) ? visited : node
    }
    if (typeof node !== 'object' || node === null) return node
    const changed = Object.entries(node).flatMap(([name, each]) => {
      const visited = each === undefined ? each : visit(each, name)
      return visited === each ? [] : [[name, visited] as const]
    })
    return changed.length === 0 ? node : { ...node, ...Object.fromEntries(changed) }
  }
  const container = (node: Json): Json => {
    if (typeof node !== 'object' || node === null || !('image' in node) || typeof node['image'] !== 'string') return node
    if (parseImage(node['image']).repository !== image.repository) return node
    found++
    const brings = image.tag !== undefined || image.digest !== undefined
    return { ...node, image: brings ? imageText(image) : node['image'] }
  }
  return { value: visit(value as Json) as T, found }
}
