import { digest } from './pod-status.ts'

/** The image registry: a tag that is pushed again is another image from then on. */
export interface Registry {
  /** The ID by which a pod says which image it really runs: `ghcr.io/acme/cart@sha256:…`. */
  imageId(image: string): string
  /** Pushes a tag again, with other content. */
  push(image: string): void
}

export function createRegistry(): Registry {
  const pushes = new Map<string, number>()
  return {
    imageId(image) {
      const [name = '', pinned] = image.split('@')
      const repository = name.replace(/:[^:/]*$/, '')
      return `${repository}@${pinned ?? `sha256:${digest(`${name} ${pushes.get(name) ?? 0}`)}`}`
    },
    push: image => void pushes.set(image, (pushes.get(image) ?? 0) + 1),
  }
}
