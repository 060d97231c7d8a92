import type { Failure } from '#base/index.ts'
import { workflow } from '../failures.ts'
import type { Artifact } from '../resolved.ts'

/** What a run says of its image. */
export interface ImageChoice {
  readonly tag?: string
  readonly digest?: string
}

/** Characters of a digest that tell versions apart for people; git shows as many. */
const shortDigest = 7
const asWritten = 'as written'

export function artifactOf(repository: string | undefined, { tag, digest }: ImageChoice): Artifact {
  const version = tag ?? digest?.split(':')[1]?.slice(0, shortDigest) ?? asWritten
  const chosen = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
  const image = repository !== undefined && chosen !== '' ? repository + chosen : undefined
  const parts = Object.entries({ repository, tag, digest, image }).filter(([, part]) => part !== undefined)
  return { ...Object.fromEntries(parts), version }
}

/** The parts that this run does not bring, with the way to bring them. */
export function absentParts(artifact: Artifact): Readonly<Record<string, string>> {
  const cures = {
    image: artifact.repository === undefined ? 'give the service an image, and the run a tag' : 'give it with --tag or --digest',
    repository: 'give the service an image',
    tag: 'give it with --tag',
    digest: 'give it with --digest',
  }
  return Object.fromEntries(Object.entries(cures).filter(([part]) => artifact[part as keyof typeof cures] === undefined))
}

export function imageChoiceFailures({ tag, digest }: ImageChoice): readonly Failure[] {
  const found: Failure[] = []
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    found.push(workflow.IMAGE_PART({ part: 'Tag', is: tag, wants: 'letters, digits, dots and dashes, at most 128' }))
  }
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    found.push(workflow.IMAGE_PART({ part: 'Digest', is: digest, wants: 'sha256: and 64 hexadecimal digits' }))
  }
  return found
}
