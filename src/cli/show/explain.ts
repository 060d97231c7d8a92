import { percent, type BypassReport, type DoorExplanation, type Explanation, type ReachedDestination } from '#model/explain/index.ts'
import { colours } from '../terminal.ts'
import { hanging, padded } from './table.ts'

/** Columns of the words that lead a line. */
const LEAD = 10

/** Pods that are named one by one; of more, the first ones and their number are told. */
const NAMED = 4

/** Where the request goes, door by door; what it passed on its way; who moves traffic there just now. */
export function explanationText({ request, doors, runs, unseen }: Explanation, columns: number): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `  ${name}: ${value}`)
  const lines = (lead: string, words: string): readonly string[] => hanging(`  ${padded(lead, LEAD)}`, words, columns)
  return [
    `${colours.bold(`${request.method} ${request.host}${request.path}`)}${colours.dim(headers.join(''))}`,
    ...(doors.length === 0 ? lines(colours.red('nobody'), 'no gateway that is seen takes requests there: nobody answers') : []),
    ...doors.flatMap(door => doorLines(door, columns)),
    ...runs.flatMap(({ execution, objects }) =>
      lines(
        colours.cyan('in a run'),
        `execution ${execution} moves traffic here: its mark is on ${objects.join(', ')} (sluice status ${execution})`,
      ),
    ),
    ...unseen.flatMap(({ what, why }) => lines(colours.yellow('unseen'), `${what}: ${why}; the answer may be another one`)),
  ].join('\n')
}

function doorLines(door: DoorExplanation, columns: number): readonly string[] {
  const lines = (lead: string, words: string): readonly string[] => hanging(`  ${padded(lead, LEAD)}`, words, columns)
  return [
    '',
    ...hanging('', colours.bold(doorText(door)), columns),
    ...(door.proxies === 0 ? lines(colours.red('nobody'), 'no gateway pod is ready: nobody answers; this is what would be answered') : []),
    ...(door.notInForce === undefined
      ? []
      : lines(
          colours.red('refused'),
          `${door.notInForce}: proxies refuse this configuration whole, and keep the one before; what follows is not in force`,
        )),
    ...candidateLines(door, lines),
    ...entryLines(door, lines),
    ...answerLines(door, columns),
    ...door.effects.flatMap(({ is, says }) => lines(is, says)),
  ]
}

function doorText({ gateways, namespace, port, scheme, proxies }: DoorExplanation): string {
  if (gateways.length === 0) return `inside the mesh, from namespace ${namespace}, port ${port}`
  const pods = proxies === undefined ? '' : `, ${proxies} ready ${proxies === 1 ? 'pod' : 'pods'} in ${namespace}`
  return `at ${gateways.join(', ')}, port ${port} (${scheme})${pods}`
}

type Lines = (lead: string, words: string) => readonly string[]

const roles: Readonly<Record<DoorExplanation['candidates'][number]['role'], string>> = {
  answers: colours.green('route'),
  asked: 'asked',
  aside: colours.dim('aside'),
}

/** The route that answers first. */
function candidateLines({ candidates }: DoorExplanation, lines: Lines): readonly string[] {
  const order = ['answers', 'asked', 'aside']
  return candidates
    .toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
    .flatMap(({ object, hosts, role, why }) => lines(roles[role], `${object} (${hosts.join(', ')}): ${why}`))
}

function entryLines({ entries }: DoorExplanation, lines: Lines): readonly string[] {
  const behind = entries.filter(({ outcome }) => outcome === 'behind').length
  const told = entries
    .filter(({ outcome }) => outcome !== 'behind')
    .flatMap(({ object, entry, outcome, why }) =>
      outcome === 'takes'
        ? lines(colours.green('entry'), `${entry} of ${object} takes it`)
        : lines(colours.dim('not'), `${entry} of ${object}: ${why.join(', or ')}`),
    )
  return behind === 0
    ? told
    : [...told, ...lines(colours.dim('behind'), `${behind} ${behind === 1 ? 'entry is' : 'entries are'} not asked any more`)]
}

function answerLines({ answer }: DoorExplanation, columns: number): readonly string[] {
  switch (answer.is) {
    case 'undecided':
      return hanging(`  ${padded(colours.yellow('?'), LEAD)}`, answer.says, columns)
    case 'answered': {
      const status = answer.status >= 400 ? colours.red(String(answer.status)) : String(answer.status)
      const to = answer.location === undefined ? '' : ` to ${answer.location}`
      return hanging(`  ${padded(status, LEAD)}`, `answered by the proxy${to}: ${answer.says}`, columns)
    }
    case 'routed':
      return answer.destinations.flatMap(destination => destinationLines(destination, columns))
  }
}

function destinationLines(destination: ReachedDestination, columns: number): readonly string[] {
  const { host, subset, port, share, rule, labels, gets, pods } = destination
  const lead = `  ${padded(colours.bold(percent(share)), LEAD)}`
  const inner = (words: string): readonly string[] => hanging(' '.repeat(LEAD + 4), words, columns)
  const selects = Object.entries(labels ?? {}).map(pair => pair.join('='))
  const by = rule ? `by DestinationRule ${rule.join(', ')}` : ''
  const picked = subset === undefined ? by : `${by}${by && selects.length > 0 ? ': ' : ''}${selects.join(', ')}`
  return [
    ...hanging(lead, `${host}:${port}${subset === undefined ? '' : ` subset ${subset}`}`, columns),
    ...(picked === '' ? [] : inner(colours.dim(picked))),
    ...(gets.is === 'error' ? inner(colours.red(`gets ${gets.status} ${gets.flag}: ${gets.says}`)) : []),
    ...(gets.is === 'unknown' ? inner(colours.yellow(`unknown: ${gets.says}`)) : []),
    ...(pods.length === 0 ? [] : inner(podsText(pods))),
  ]
}

/** `2 of 3 pods ready, version 1.4.0: cart-6f9c, …`; of several versions the number of each. */
function podsText(pods: ReachedDestination['pods']): string {
  const ready = pods.filter(pod => pod.ready).length
  const versions = [...new Set(pods.map(({ version }) => version))]
  const count = (version: string): number => pods.filter(pod => pod.version === version).length
  const told = versions.length === 1 ? `version ${versions[0]}` : versions.map(version => `${count(version)} × ${version}`).join(', ')
  const named = pods.slice(0, NAMED).map(({ name, ready: is }) => `${name.slice(name.indexOf('/') + 1)}${is ? '' : ' (not ready)'}`)
  const more = pods.length > NAMED ? ` and ${pods.length - NAMED} more` : ''
  return `${ready} of ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} ready, ${told}: ${named.join(', ')}${more}`
}

/** Every way past the managed routes, Service by Service. */
export function bypassText({ services, unseen }: BypassReport, columns: number): string {
  const lines = (lead: string, words: string): readonly string[] => hanging(`  ${padded(lead, LEAD)}`, words, columns)
  return [
    ...services.flatMap(({ service, routes, ways }) => [
      colours.bold(service),
      ...routes.flatMap(({ route, at }) => lines(colours.green('route'), `${route}, at ${at.join(', ')}`)),
      ...ways.flatMap(({ is, says, gets }) =>
        lines(colours.yellow('past it'), `${says}: ${is === 'mirror' ? 'copies go to' : 'callers get'} ${gets}`),
      ),
      ...(ways.length === 0 ? lines(colours.green('✓'), unseen.length === 0 ? 'no way past it' : 'no way past it is seen') : []),
    ]),
    ...unseen.flatMap(({ what, why }) => lines(colours.yellow('unseen'), `${what}: ${why}; ways past may lead through them`)),
  ].join('\n')
}
