// The tree of a template. Every node knows where it stands (`at`, a character of its source).

export type Node =
  | { readonly is: 'text'; readonly at: number; readonly text: string }
  | { readonly is: 'action'; readonly at: number; readonly pipe: Pipe }
  | {
      readonly is: 'if' | 'with' | 'range'
      readonly at: number
      readonly pipe: Pipe
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  | { readonly is: 'template'; readonly at: number; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly is: 'break' | 'continue'; readonly at: number }

/** `$a, $b := first | second`. */
export interface Pipe {
  readonly is: 'pipe'
  readonly at: number
  readonly declares: readonly string[]
  /** `=` instead of `:=`. */
  readonly assigns: boolean
  readonly commands: readonly Command[]
}

/** A function with its arguments, or one value alone. */
export interface Command {
  readonly at: number
  readonly words: readonly Term[]
}

export type Term =
  | { readonly is: 'dot' | 'nil'; readonly at: number }
  | { readonly is: 'boolean'; readonly at: number; readonly value: boolean }
  | { readonly is: 'string'; readonly at: number; readonly value: string }
  | NumberTerm
  | { readonly is: 'field'; readonly at: number; readonly fields: readonly string[] }
  | { readonly is: 'variable'; readonly at: number; readonly name: string; readonly fields: readonly string[] }
  | { readonly is: 'function'; readonly at: number; readonly name: string }
  | { readonly is: 'chain'; readonly at: number; readonly of: Term; readonly fields: readonly string[] }
  | Pipe

/** A number constant is what its place asks for: `1` serves as float64, `1e3` as int. */
export interface NumberTerm {
  readonly is: 'number'
  readonly at: number
  readonly text: string
  readonly int: bigint | undefined
  readonly float: number
  /** Written like a float, so it is one where nothing is asked for. */
  readonly looksFloat: boolean
}

/** One named template: a file, or what `define` gives a name. */
export interface Definition {
  readonly name: string
  readonly at: number
  readonly body: readonly Node[]
}
