import type { Report } from './findings.ts'

/** Localities of one list (`region`, `region/zone`, `region/zone/subzone`, or with a `*` at the end): none may cover another. */
export function checkLocalities(localities: readonly string[], path: string, report: Report): void {
  localities.forEach((locality, index) => {
    const problem = formProblem(locality) ?? overlapProblem(locality, localities.slice(0, index))
    report.check(path, problem && `locality ${locality} ${problem}`)
  })
}

function formProblem(locality: string): string | undefined {
  const star = locality.indexOf('*')
  if (star >= 0 && star !== locality.length - 1) return 'may have one wildcard only, at its end'
  return parts(locality).includes('') ? 'must not have an empty part' : undefined
}

function overlapProblem(locality: string, before: readonly string[]): string | undefined {
  const other = before.find(each => overlap(parts(each), parts(locality)))
  return other === undefined ? undefined : `overlaps with ${other}`
}

/** Region, zone and subzone; what is left out stands for everything. */
function parts(locality: string): readonly string[] {
  const [region = '', zone, ...subzone] = locality.split('/')
  return [region, ...(zone === undefined ? [] : [zone]), ...(subzone.length > 0 ? [subzone.join('/')] : [])]
}

function overlap(earlier: readonly string[], later: readonly string[]): boolean {
  if (earlier[0] === '*') return true
  const shared = Math.min(earlier.length, later.length)
  for (let index = 0; index < shared; index++) {
    if (earlier[index] === '*' && index > 0) return true
    if (earlier[index] !== later[index]) return false
  }
  return true
}
