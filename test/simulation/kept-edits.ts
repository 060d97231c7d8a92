import type { QuestionView } from '#protocol/http/index.ts'

type Question = Pick<QuestionView, 'id' | 'answers'>

export interface KeptEdits {
  /** A question stands. The one by which the edit stays may still do so: its answer is on its way. */
  asked(question: Question): void
  /** It was answered with `keepEdit`. */
  keep(question: string): void
}

/** A person who has said once that somebody's edit stays is not asked about it again. */
export function newKeptEdits(violation: (text: string) => void): KeptEdits {
  let kept: string | undefined
  return {
    asked({ id, answers }) {
      if (kept !== undefined && kept !== id && answers.some(({ name }) => name === 'keepEdit'))
        violation(`asked again about an edit that a person keeps: ${id} after ${kept}`)
    },
    keep: question => void (kept = question),
  }
}
