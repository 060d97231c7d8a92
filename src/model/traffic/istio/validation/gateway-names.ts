import { domainProblem, isDnsLabel } from './host-syntax.ts'
import type { Report } from './findings.ts'

/**
 * References to gateways: `namespace/name`, or a name (with dots: the old way of writing, which draws a warning).
 * As istiod does, nothing behind the first name without a slash is looked at.
 */
export function checkGatewayNames(names: readonly string[] | undefined, path: string, report: Report): void {
  for (const [index, reference] of (names ?? []).entries()) {
    const at = `${path}[${index}]`
    const slash = reference.indexOf('/')
    if (slash < 0) {
      const [name, namespace] = reference.split('.')
      if (namespace !== undefined) report.warning(at, `"${reference}" is the old form of a gateway's name, better: ${namespace}/${name}`)
      report.check(at, domainProblem(reference))
      return
    }
    const [namespace, name] = [reference.slice(0, slash), reference.slice(slash + 1)]
    if (!isDnsLabel(namespace)) report.error(at, `invalid namespace "${namespace}" of a gateway`)
    if (!isDnsLabel(name)) report.error(at, `invalid gateway name "${name}"`)
  }
}
