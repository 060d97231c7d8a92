/** One condition on a label: `=` compares texts, `=~` takes one of several. */
export type Matcher =
  | { readonly label: string; readonly is: string | readonly string[] }
  | { readonly label: string; readonly isNot: string }
  | { readonly label: string; readonly has: readonly string[] }

/** A selector of series, such as `{__name__="up",job=~"a|b"}`; every text is taken as it is. */
export function selector(matchers: readonly Matcher[]): string {
  return `{${matchers.map(written).join(',')}}`
}

function written(matcher: Matcher): string {
  const { label } = matcher
  if ('isNot' in matcher) return `${label}!=${quoted(matcher.isNot)}`
  if ('has' in matcher) return `${label}=~${quoted(`.*(${matcher.has.map(literal).join('|')}).*`)}`
  return typeof matcher.is === 'string' ? `${label}=${quoted(matcher.is)}` : `${label}=~${quoted(matcher.is.map(literal).join('|'))}`
}

/** JSON's escapes are a part of those of Go, which Prometheus reads. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

/** A text in a regular expression of RE2. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
