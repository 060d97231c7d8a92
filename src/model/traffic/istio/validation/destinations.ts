import type { HeaderOperations, IstioDestination } from '../objects.ts'
import { isDnsLabel, wildcardDomainProblem } from './host-syntax.ts'
import { each, type Report } from './findings.ts'
import { checkHeaders } from './headers.ts'

interface Weighted {
  readonly destination?: IstioDestination
  readonly weight?: number
  readonly headers?: HeaderOperations
}

/** Rows of a route: each weight at least 0, and together not 0 where there are several. They need not sum to 100. */
export function checkDestinations(rows: readonly Weighted[] | undefined, path: string, report: Report): void {
  each(rows, path, (row, at) => {
    checkDestination(row.destination, `${at}.destination`, report)
    checkHeaders(row.headers, `${at}.headers`, report)
    if ((row.weight ?? 0) < 0) report.error(`${at}.weight`, `weight ${row.weight} is below 0`)
  })
  // istiod adds in 32 bits, so a sum may turn around to 0.
  const sum = (rows ?? []).reduce((total, row) => (total + (row.weight ?? 0)) | 0, 0)
  if ((rows?.length ?? 0) > 1 && sum === 0) report.error(path, 'the weights of all destinations sum to 0')
}

export function checkDestination(destination: IstioDestination | undefined, path: string, report: Report): void {
  if (!destination) return
  const { host, subset, port } = destination
  report.check(`${path}.host`, host === '*' ? 'invalid destination host *' : wildcardDomainProblem(host))
  if (subset) report.check(`${path}.subset`, subsetNameProblem(subset))
  if (port) report.check(`${path}.port.number`, portProblem(port.number ?? 0))
}

/** What is wrong with the name of a subset. */
export function subsetNameProblem(name: string): string | undefined {
  if (name === '') return 'subset name cannot be empty'
  return isDnsLabel(name) ? undefined : `subset name ${name} is invalid`
}

export function portProblem(port: number): string | undefined {
  return port >= 1 && port <= 65_535 ? undefined : `port number ${port} must be in the range 1..65535`
}
