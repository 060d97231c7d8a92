/** Everything that happened, folded into one number as it happens: two runs of a seed are the same run when their trails are. */
export interface Trail {
  add(what: string): void
  readonly events: number
  /** Hex. */
  readonly hash: string
}

export function newTrail(): Trail {
  let events = 0
  let [a, b] = [0x811c9dc5, 0x01000193]
  return {
    add(what) {
      events += 1
      for (let i = 0; i < what.length; i++) {
        a = Math.imul(a ^ what.charCodeAt(i), 0x01000193)
        b = Math.imul(b, 31) + what.charCodeAt(i)
      }
      b = Math.imul(b ^ events, 0x85ebca6b)
    },
    get events() {
      return events
    },
    get hash() {
      return [a, b].map(each => (each >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}
