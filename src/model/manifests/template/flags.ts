/** The signs, width and precision between % and the verb. */
export interface Flags {
  readonly minus: boolean
  readonly plus: boolean
  readonly sharp: boolean
  readonly space: boolean
  readonly zero: boolean
  readonly width: number | undefined
  readonly precision: number | undefined
}

export const noFlags: Flags = { minus: false, plus: false, sharp: false, space: false, zero: false, width: undefined, precision: undefined }

/** Pads with spaces (or, to the left, with zeros where these are asked for) to a width in characters. */
export function pad(text: string, flags: Flags, zero = flags.zero): string {
  const missing = (flags.width ?? 0) - [...text].length
  if (missing <= 0) return text
  if (flags.minus) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}
