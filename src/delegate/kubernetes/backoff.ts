import type { Random } from '#base/index.ts'

/** How long to wait between tries, in milliseconds. */
export interface BackoffSettings {
  readonly first: number
  readonly most: number
}

/**
 * Delays that double from `first` up to `most`, each shortened at random by up to a half, so that many clients do not return in step.
 */
export function backoff(settings: BackoffSettings, random: Random): { next(): number; reset(): void } {
  let delay = settings.first
  return {
    next() {
      const now = delay
      delay = Math.min(delay * 2, settings.most)
      return now * (1 - random() / 2)
    },
    reset() {
      delay = settings.first
    },
  }
}
