/** A request as a proxy sees it before it routes it. */
export interface RoutedRequest {
  /** `GET` where absent. */
  readonly method?: string
  /** The Host header, with or without a port. */
  readonly host: string
  /** With the query string. */
  readonly path: string
  /** `http` where absent. */
  readonly scheme?: string
  /** Names in lower case; several values of one name are joined by a comma. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A request taken apart once, so that many matches can look at it. */
export interface PreparedRequest {
  /** Without query string and fragment. */
  readonly path: string
  /** From the question mark on; empty where there is none. */
  readonly query: string
  /** A header by its name in lower case; `:method`, `:path`, `:authority`, `:scheme` are headers too. */
  header(name: string): string | undefined
  /** The first value of a query parameter, as it is written in the path. */
  parameter(name: string): string | undefined
}

export function prepareRequest({ method = 'GET', host, path, scheme = 'http', headers = {} }: RoutedRequest): PreparedRequest {
  const [whole = ''] = path.split('#', 1)
  const mark = whole.indexOf('?')
  const query = mark < 0 ? '' : whole.slice(mark)
  const pseudo: Readonly<Record<string, string>> = { ':method': method, ':path': whole, ':authority': host, ':scheme': scheme, host }
  let parameters: ReadonlyMap<string, string> | undefined
  return {
    path: mark < 0 ? whole : whole.slice(0, mark),
    query,
    header: name => pseudo[name] ?? headers[name],
    parameter: name => (parameters ??= readParameters(query)).get(name),
  }
}

function readParameters(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const pair of query.slice(1).split('&')) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    if (name !== '' && !found.has(name)) found.set(name, equals < 0 ? '' : pair.slice(equals + 1))
  }
  return found
}

/** The host of a Host header: lower case, without a port; an address of IPv6 keeps its brackets. */
export function hostWithoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}
