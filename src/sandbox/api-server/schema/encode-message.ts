/** A field of a message: its number, and a text or the fields of a message of its own. */
export type Part = readonly [number: number, value: string | readonly Part[]]

/** Wire type of everything that has a length. */
const LENGTH = 2

/** A protobuf message of texts and messages, its fields in the order given. */
export function encodeMessage(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.flatMap(([number, value]) => {
      const content = typeof value === 'string' ? Buffer.from(value) : encodeMessage(value)
      return [varint(number * 8 + LENGTH), varint(content.length), content]
    }),
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}
