/** A source of numbers in [0, 1). Comes in as an argument, so that a seed gives the same history twice. */
export type Random = () => number

/** A small seeded generator (mulberry32): fine for simulations and sampling, not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Letters and digits that nobody misreads and that form no words (Kubernetes uses the same for generated names). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** A short name of `length` characters, as in pods and executions. */
export function randomName(random: Random, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
}
