import { Failure } from '#base/index.ts'
import { objectKey, ownMark, type Change, type Run, type Seen, type Write } from '#model/release/index.ts'

/** What one loop remembers of its own writes: the cluster cannot tell it. A killed loop forgets it, and does such a write once more. */
export interface LoopMemory {
  readonly seen: Required<Pick<Seen, 'applied' | 'refused'>>
  wrote(change: Change, write: Write): void
  /**
   * Notes an object that we may not mark; anything else that a write fails with is thrown on. What bears no mark of ours we have not changed
   * either, so it is passed by: nothing guards the way back.
   */
  passBy(error: unknown, change: Change, write: Write): 'refused'
}

export function newLoopMemory({ release }: Run): LoopMemory {
  const applied = new Set<string>()
  const refused = new Set<string>()
  return {
    seen: { applied, refused },
    wrote(change, write) {
      if (change.change === 'manifest' && write.is === 'apply') applied.add(objectKey(write.object))
    },
    passBy(error, { change }, { object }) {
      const isRefusal = error instanceof Failure && error.blame === 'user'
      if (change !== 'mark' || !isRefusal || ownMark(object, release.execution) > 0) throw error
      refused.add(objectKey(object))
      return 'refused'
    },
  }
}
