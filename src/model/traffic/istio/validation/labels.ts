import { isDnsLabel } from './host-syntax.ts'
import { eachEntry, type Report } from './findings.ts'

const value = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const key =
  /^(?:([a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*)\/)?((?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/

/** Labels as Kubernetes writes them; only the length of a value is not asked. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, path: string, report: Report): void {
  eachEntry(labels, path, (name, content, at) => {
    const [matched, prefix = '', own = ''] = key.exec(name) ?? []
    if (matched === undefined || prefix.length > 253 || own.length > 63) report.error(at, `invalid label key "${name}"`)
    if (!value.test(content)) report.error(at, `invalid label value "${content}"`)
  })
}

/** To whom an object is visible: `.` (its own namespace), `*` (everybody), or names of namespaces. */
export function checkExportTo(
  exportTo: readonly string[] | undefined,
  namespace: string,
  path: string,
  report: Report,
): ReadonlySet<string> {
  const names = new Set<string>()
  exportTo?.forEach((entry, index) => {
    const name = entry === '.' && namespace !== '' ? namespace : entry
    const at = `${path}[${index}]`
    if (names.has(name)) report.error(at, `duplicate entry ${entry}${entry === name ? '' : `, which is ${name}`}`)
    else if (entry === '~') report.error(at, 'exporting to nobody (~) is not allowed here')
    else if (entry !== '.' && entry !== '*' && !isDnsLabel(entry))
      report.error(at, `only ., * or the name of a namespace is allowed, not "${entry}"`)
    else names.add(name)
  })
  if (names.has('*') && (exportTo?.length ?? 0) > 1) report.error(path, '* makes all other entries meaningless: it must stand alone')
  return names
}
