const letter = /\p{L}/u
const zero = 48
const digit = /\p{Nd}/u

/** The order in which go-yaml writes keys: numbers inside names count as numbers (`a2` before `a10`), signs stand before letters. */
export function naturalOrder(left: string, right: string): number {
  let same = 0
  while (same < left.length && left[same] === right[same]) same++
  if (same === left.length || same === right.length) return left.length - right.length
  const [p, q] = [left.charCodeAt(same), right.charCodeAt(same)]
  return isPlainLetter(p) && isPlainLetter(q) ? p - q : anyOrder(left, right)
}

/** What nearly all keys part at. */
function isPlainLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}

function anyOrder(left: string, right: string): number {
  const a = [...left]
  const b = [...right]
  const at = a.findIndex((character, index) => character !== b[index])
  if (at === -1 || at >= b.length) return a.length - b.length
  const [x = '', y = ''] = [a[at], b[at]]
  if (letter.test(x) || letter.test(y)) {
    if (letter.test(x) !== letter.test(y)) return letter.test(x) ? 1 : -1
    return codeOrder(x, y)
  }
  const [m, n] = numbersAt(a, b, at)
  return m.value !== n.value ? m.value - n.value : m.length !== n.length ? m.length - n.length : codeOrder(x, y)
}

interface Digits {
  readonly value: number
  readonly length: number
}

/** The numbers that begin where the names part; a 0 there may be the middle of a number that began before. */
function numbersAt(a: readonly string[], b: readonly string[], at: number): readonly [Digits, Digits] {
  let before = at
  if (a[at] === '0' || b[at] === '0') while (before > 0 && digit.test(a[before - 1] ?? '')) before--
  const lead = a.slice(before, at).some(character => character !== '0') ? 1 : 0
  const read = (from: readonly string[]): Digits => {
    let end = at
    while (digit.test(from[end] ?? '')) end++
    // Digits of other scripts count by their code, as there.
    const value = from.slice(at, end).reduce((sum, character) => sum * 10 + (character.codePointAt(0) ?? 0) - zero, lead)
    return { value, length: end }
  }
  return [read(a), read(b)]
}

const codeOrder = (x: string, y: string): number => (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0)
