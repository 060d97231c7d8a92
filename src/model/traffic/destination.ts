/** One place that a row of a route sends requests to, as people write it in a literal destination. */
export interface Destination {
  /** As the route spells it: a short name is meant in the route's namespace. */
  readonly host: string
  readonly subset?: string
  /** Number of a port of the host; left out, the port of the row it replaces is inherited. */
  readonly port?: number
}

/** `cart-svc`, `cart-svc/canary`, `cart-svc/eu-west:8080`: a destination in messages and plans. */
export function destinationText({ host, subset, port }: Destination): string {
  return `${host}${subset === undefined ? '' : `/${subset}`}${port === undefined ? '' : `:${port}`}`
}
