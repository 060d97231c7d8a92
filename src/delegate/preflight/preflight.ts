import { Failure } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import {
  neededRightsOfPlain,
  plainFindings,
  preflightFindings,
  rightFindings,
  type Need,
  type Objection,
  type PlainSubject,
  type PreflightFinding,
  type Subject,
} from '#model/preflight/index.ts'
import { rollsPods } from '#model/release/index.ts'
import { lookAround, type Told } from './look-around.ts'
import { askRights } from './rights.ts'
import { isForbidden } from './sight.ts'
import { tryWayBack } from './way-back.ts'

/** Looks around a release before its first write. Writes nothing. */
export async function preflight(subject: Subject, objects: Objects, told: Told, signal: AbortSignal): Promise<readonly PreflightFinding[]> {
  return preflightFindings({ subject, around: await lookAround(subject, objects, told, signal) })
}

/** The same of a plain release. */
export async function plainPreflight(subject: PlainSubject, objects: Objects, signal: AbortSignal): Promise<readonly PreflightFinding[]> {
  const workloads = subject.manifests.flatMap(({ object, live }) => (live && rollsPods(object) ? [live] : []))
  const [rights, wayBack] = await Promise.all([
    askRights(objects, neededRightsOfPlain(subject), subject.namespace, signal),
    tryWayBack(workloads, objects, signal),
  ])
  return plainFindings(subject, { rights, wayBack })
}

/**
 * A look that ended at a missing right, as one failure that names every missing right of that look (`facts.findings` holds them one by
 * one); any other failure as it is.
 */
export async function allMissing(
  error: unknown,
  needs: readonly Need[],
  namespace: string,
  objects: Objects,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isForbidden(error)) return error
  const seen = await askRights(objects, needs, namespace, signal)
  const findings = rightFindings(seen).filter((finding): finding is Objection => finding.level === 'refuse')
  const [first] = findings
  if (!first) return error
  const [message, todo] = [findings.map(each => each.message).join(' '), findings.map(each => each.todo).join(' ')]
  return new Failure({ code: first.code, blame: 'user', message, todo, facts: { findings } }, error)
}
