/**
 * Gives a lane what its calls come to one after the other, in the order of the journal, whichever it asked for first: a program that goes on in several
 * places at once meets things again as they came. Resolves for the lowest number that is asked for when the program does nothing but wait.
 */
export type InOrder = (seq: number) => Promise<void>

/** What the journal does not hold yet comes behind all that it holds. */
export const UNWRITTEN = Number.POSITIVE_INFINITY

/** So many turns of the queue of promises a program goes on at most, from what a call came to until it asks for something else. */
const longestWay = 64

export function newOrder(): InOrder {
  let asked: readonly { readonly seq: number; readonly go: () => void }[] = []
  let giving = false
  const give = async (): Promise<void> => {
    giving = true
    while (asked.length > 0) {
      for (let turn = 0; turn < longestWay; turn++) await undefined
      const lowest = Math.min(...asked.map(({ seq }) => seq))
      const first = asked.filter(({ seq }) => seq === lowest)
      asked = asked.filter(each => !first.includes(each))
      for (const { go } of first) go()
    }
    giving = false
  }
  return seq =>
    new Promise(go => {
      asked = [...asked, { seq, go }]
      if (!giving) void give()
    })
}
