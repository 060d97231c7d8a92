// Go's strings are bytes. Here a byte that is no UTF-8 is carried as the lone surrogate U+DC00 + byte.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const lone = /[\udc80-\udcff]/

/** The bytes of a Go string. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (!lone.test(text)) return encoder.encode(text)
  const parts = Array.from(text, character => {
    const code = character.charCodeAt(0)
    return character.length === 1 && code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...encoder.encode(character)]
  })
  return Uint8Array.from(parts.flat())
}

/** The Go string that has these bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return piecewise(bytes)
  }
}

function piecewise(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at)
    text += length > 0 ? strict.decode(bytes.subarray(at, at + length)) : String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    at += length || 1
  }
  return text
}

/** The length of the valid UTF-8 sequence at a place; 0 where there is none. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  try {
    const character = strict.decode(bytes.subarray(at, at + length))
    return [...character].length === 1 ? length : 0
  } catch {
    return 0
  }
}

/** Part of a Go string, from byte to byte. */
export function sliceBytes(text: string, from: number, to?: number): string {
  return textOf(bytesOf(text).subarray(from, to))
}

/** The text as it leaves Go: what is no UTF-8 becomes the replacement character. */
export function wellFormed(text: string): string {
  return lone.test(text) ? text.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd') : text
}
