import type { HttpMatch, StringMatch } from '#model/traffic/index.ts'
import type { HttpRequest } from '#sandbox/pods/index.ts'

/** Whether a request fulfils every condition of a match. */
export function fulfils(match: HttpMatch, request: HttpRequest): boolean {
  const path = request.path.split('?')[0] ?? ''
  return (
    fits(match.uri, path) &&
    fits(match.method, request.method) &&
    Object.entries(match.headers ?? {}).every(([name, wanted]) => fits(wanted, request.headers[name.toLowerCase()]))
  )
}

function fits(wanted: StringMatch | undefined, text: string | undefined): boolean {
  if (!wanted) return true
  if (text === undefined) return false
  if (wanted.exact !== undefined) return text === wanted.exact
  if (wanted.prefix !== undefined) return text.startsWith(wanted.prefix)
  return wanted.regex === undefined || new RegExp(`^(?:${wanted.regex})$`).test(text)
}
