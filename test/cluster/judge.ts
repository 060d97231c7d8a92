import type { LoadAnswer } from '#sandbox/load/index.ts'

/** From a moment on, as the API server held it, these versions had a share. Milliseconds since 1970. */
export interface DeclaredSplit {
  readonly at: number
  readonly versions: ReadonlySet<string>
}

export interface Evidence {
  /** On the clock of the splits. */
  readonly answers: readonly LoadAnswer[]
  /** In their order; the first held before the first request. */
  readonly splits: readonly DeclaredSplit[]
  /** When the run knew that every proxy had what the API server held. */
  readonly settled: readonly number[]
  /** Milliseconds by which the two clocks may differ, and a split may be seen late. */
  readonly blur: number
  /** Milliseconds after which a split counts as settled where the run says nothing. */
  readonly late: number
  /** While the story itself had taken a version's pods away, requests to them are lost with them. */
  readonly killed?: { readonly from: number; readonly until: number }
}

export interface Verdict {
  readonly requests: number
  /** No answer in time, or one that no application pod made. */
  readonly lost: number
  /** Answered by a version whose share was 0 in every split in force between the last settled one before it was sent and the answer. */
  readonly wrongVersion: number
  /** Lost with the pods that the story killed; none of `lost`. */
  readonly lostWithThePod: number
  readonly byVersion: Readonly<Record<string, { readonly answers: number; readonly errors: number }>>
  /** The first few that went wrong, for the reader. */
  readonly trouble: readonly string[]
}

/** So much trouble is told; the rest is counted. */
const TOLD = 5

export function judge(evidence: Evidence): Verdict {
  const byVersion: Record<string, { answers: number; errors: number }> = {}
  const trouble: string[] = []
  const counts = { lost: 0, wrongVersion: 0, lostWithThePod: 0 }
  const tell = (answer: LoadAnswer, words: string): void => {
    if (trouble.length < TOLD) trouble.push(`${new Date(answer[0]).toISOString()}: ${words}`)
  }
  const settledAt = settlingOf(evidence)
  for (const answer of evidence.answers) {
    const [sent, , status, version] = answer
    if (version === null) {
      const { killed } = evidence
      if (killed && sent >= killed.from - evidence.blur && sent <= killed.until + evidence.blur) counts.lostWithThePod++
      else {
        counts.lost++
        tell(answer, status === 0 ? 'no answer' : `status ${status}, by no pod`)
      }
      continue
    }
    const of = (byVersion[version] ??= { answers: 0, errors: 0 })
    of.answers++
    if (status >= 500) of.errors++
    if (inForce(evidence, settledAt, answer).some(({ versions }) => versions.has(version))) continue
    counts.wrongVersion++
    tell(answer, `version ${version}`)
  }
  return { requests: evidence.answers.length, ...counts, byVersion, trouble }
}

/** When each split was settled: the first news behind it and before the next split, else `late` after it. */
function settlingOf({ splits, settled, late }: Evidence): readonly number[] {
  return splits.map(({ at }, index) => {
    const next = splits[index + 1]?.at ?? Infinity
    if (index === 0) return at
    return settled.find(time => time >= at && time < next) ?? at + late
  })
}

function inForce({ splits, blur }: Evidence, settledAt: readonly number[], [sent, answered]: LoadAnswer): readonly DeclaredSplit[] {
  const first = settledAt.findLastIndex(time => time + blur <= sent)
  return splits.slice(Math.max(0, first)).filter(({ at }) => at - blur <= answered)
}
