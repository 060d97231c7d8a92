import { concerns, type Concern, type PreflightFinding, type PreflightReport } from '#model/preflight/index.ts'
import { colours } from '../terminal.ts'
import { hanging, padded } from './table.ts'
import { withLocalTimes } from './time.ts'

/** What was looked at, concern by concern, and what it comes to. */
export function preflightText({ releases, refused }: PreflightReport, columns: number): string {
  const blocks = releases.flatMap(({ id, namespace, findings }) => [
    colours.bold(`${id} · namespace ${namespace}`),
    ...concerns.flatMap(concern => concernLines(concern, findings, columns)),
  ])
  return [
    ...blocks,
    summary(
      releases.flatMap(({ findings }) => findings),
      refused,
    ),
  ].join('\n')
}

const titles: Readonly<Record<Concern, string>> = {
  release: 'Release',
  rights: 'Rights',
  mesh: 'Mesh',
  route: 'Route',
  otherWays: 'Other ways in',
  rule: 'DestinationRule',
  endpoints: 'Endpoints',
  scaling: 'Scaling',
  capacity: 'Capacity',
  roll: 'Roll in place',
  counting: 'Request counts',
  owners: 'Other owners',
  wayBack: 'The way back',
}

/** Columns of the names of concerns. */
const TITLES = Math.max(...Object.values(titles).map(title => title.length))

function concernLines(concern: Concern, findings: readonly PreflightFinding[], columns: number): readonly string[] {
  const own = findings.filter(finding => finding.concern === concern)
  return own.flatMap((finding, index) => findingLines(`  ${padded(index === 0 ? titles[concern] : '', TITLES)}  `, finding, columns))
}

const signs: Readonly<Record<PreflightFinding['level'], string>> = {
  ok: colours.green('✓'),
  refuse: colours.red('✗'),
  warn: colours.yellow('!'),
  unknown: colours.yellow('?'),
}

function findingLines(lead: string, finding: PreflightFinding, columns: number): readonly string[] {
  const indent = ' '.repeat(lead.length)
  const lines = hanging(`${lead}${signs[finding.level]} `, withLocalTimes(finding.message), columns)
  if (finding.level === 'ok') return lines
  return [...lines, ...todoLines(indent, finding.todo, columns), colours.dim(`${indent}  ${finding.code}`)]
}

/** Of several lines all but the first are to be pasted: they stay as they are, wherever the screen ends. */
function todoLines(indent: string, todo: string, columns: number): readonly string[] {
  const [first = '', ...pasted] = todo.split('\n')
  return [...hanging(`${indent}→ `, first, columns), ...pasted.map(line => `${indent}  ${line}`)].map(line => colours.cyan(line))
}

function summary(findings: readonly PreflightFinding[], refused: boolean): string {
  const count = (level: PreflightFinding['level'], one: string, many: string): string => {
    const number = findings.filter(finding => finding.level === level).length
    return number === 0 ? '' : `${number} ${number === 1 ? one : many}`
  }
  const counts = [count('refuse', 'refusal', 'refusals'), count('warn', 'warning', 'warnings'), count('unknown', 'unknown', 'unknown')]
  const told = counts.filter(text => text !== '').join(', ') || 'nothing stands against a run'
  return refused
    ? colours.red(`${told}: a run would be refused. Nothing has been written.`)
    : colours.green(`${told}. A run may start; nothing has been written.`)
}
