import { objectName, type KubernetesObject } from '#base/index.ts'
import type { GoalRow } from '#model/release/index.ts'
import { effectiveRule, expandHost, type DestinationRule } from '#model/traffic/index.ts'
import type { Facts } from './facts.ts'
import { failures } from './failures.ts'
import { objection, type PreflightFinding } from './finding.ts'
import { clientNamespaces } from './rule.ts'
import { listed } from './text.ts'

/** A destination of the user's own that a split gives a share, with the step that does. */
interface Literal {
  readonly step: string
  readonly to: Exclude<GoalRow['to'], string>
  /** Behind the roll the managed rule is as the new version has it. */
  readonly rolled: boolean
}

/** Destinations that are named in splits and lead nowhere: their share would get 503. What a step of the run itself makes is not missed. */
export function literalFindings(facts: Facts): readonly PreflightFinding[] {
  if (facts.subject.first) return []
  return literalsOf(facts).flatMap(literal => {
    const service = missingService(literal, facts)
    if (service !== undefined)
      return [objection('route', 'refuse', failures.NOWHERE({ step: literal.step, what: `Service ${service} is not there` }))]
    return missingSubset(literal, facts)
  })
}

function literalsOf({ subject: { steps } }: Facts): readonly Literal[] {
  let rolled = false
  return steps.flatMap(({ name, goals }) =>
    goals.flatMap(goal => {
      rolled ||= goal.to === 'promoted'
      if (goal.to !== 'split') return []
      return goal.rows.flatMap(({ to, weight }) => (typeof to === 'string' || weight === 0 ? [] : [{ step: name, to, rolled }]))
    }),
  )
}

/** Its name, where the host is a Service of the release's namespace that neither is there nor comes with the run; hosts elsewhere are not looked at. */
function missingService({ to }: Literal, { subject }: Facts): string | undefined {
  const { namespace, service, services, manifests, steps } = subject
  const [name, ...rest] = expandHost(to.host, namespace).split('.')
  if (name === undefined || rest.join('.') !== `${namespace}.svc.cluster.local`) return undefined
  const known = [service, ...services, ...manifests.map(({ object }) => object), ...steps.flatMap(madeBy)]
  return known.some(({ kind, metadata }) => kind === 'Service' && metadata.name === name) ? undefined : `${namespace}/${name}`
}

function madeBy({ touches }: Facts['subject']['steps'][number]): readonly KubernetesObject[] {
  return touches?.is === 'apply' ? [...touches.present, ...touches.fresh] : []
}

function missingSubset({ step, to, rolled }: Literal, facts: Facts): readonly PreflightFinding[] {
  const { subject, around } = facts
  const { subset } = to
  // Who may not see every rule, or makes one on the way, cannot say that one is missing.
  const isKnown =
    around.destinationRules.unseen === undefined && !subject.steps.flatMap(madeBy).some(({ kind }) => kind === 'DestinationRule')
  if (subset === undefined || !isKnown || subject.subsets.includes(subset)) return []
  const rules = rulesFor(facts, rolled)
  const host = expandHost(to.host, subject.namespace)
  const blind = clientNamespaces(facts).flatMap(namespace => {
    const rule = effectiveRule(host, { namespace }, rules)
    return rule?.subsets.some(({ name }) => name === subset) ? [] : [rule?.from.map(name => `DestinationRule ${name}`) ?? []]
  })
  const [used] = blind
  if (!used) return []
  const what = used.length > 0 ? `${listed(used)} has no subset ${subset}` : `no DestinationRule for ${to.host} has a subset ${subset}`
  return [objection('route', 'refuse', failures.NOWHERE({ step, what }))]
}

/** As they live; the managed one as the run has it at that time, and those that come with it. */
function rulesFor({ subject: { rule, manifests }, around }: Facts, rolled: boolean): readonly DestinationRule[] {
  const managed = rule && (rolled ? rule.after : (rule.before ?? rule.after))
  const fresh = manifests.flatMap(({ object, live }) => (object.kind === 'DestinationRule' && !live ? [object] : []))
  const all = [...(around.destinationRules.items as readonly KubernetesObject[]), ...fresh]
  const isManaged = (each: KubernetesObject): boolean => managed !== undefined && objectName(each) === objectName(managed)
  return [...all.filter(each => !isManaged(each)), ...(managed ? [managed] : [])] as readonly DestinationRule[]
}
