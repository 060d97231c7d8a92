import { Failure } from '#base/index.ts'
import type { Objects } from '#delegate/kubernetes/index.ts'
import type { MissingRight, Need, Right, RightsSeen } from '#model/preflight/index.ts'

/** Asks for everything first: an administrator costs one question. Else for every right, all at once. */
export async function askRights(objects: Objects, needs: readonly Need[], namespace: string, signal: AbortSignal): Promise<RightsSeen> {
  try {
    const whole = await objects.may({ everythingIn: namespace }, signal)
    const elsewhere = needs.filter(need => need.namespace !== namespace)
    if (whole.allowed) return elsewhere.length === 0 ? { is: 'everything' } : await askEach(objects, elsewhere, signal)
    return await askEach(objects, needs, signal)
  } catch (error) {
    // Whoever may not even ask cannot be told apart from whoever may: unknown.
    if (error instanceof Failure && error.blame === 'user') return { is: 'unknown', why: error.message }
    throw error
  }
}

async function askEach(objects: Objects, needs: readonly Need[], signal: AbortSignal): Promise<RightsSeen> {
  return { is: 'asked', asked: needs.length, missing: await missingOf(objects, needs, signal) }
}

/** The rights that we do not have. Of a kind that is not served nothing can be missing. */
export async function missingOf(objects: Objects, needs: readonly Need[], signal: AbortSignal): Promise<readonly MissingRight[]> {
  const answers = await Promise.all(needs.map(async need => ({ need, ...(await allowed(objects, need, signal)) })))
  return answers.flatMap(({ need, allowed: is, resource }) => (is ? [] : [{ need, resource }]))
}

async function allowed(
  objects: Objects,
  right: Right,
  signal: AbortSignal,
): Promise<{ readonly allowed: boolean; readonly resource: string }> {
  try {
    return await objects.may(right, signal)
  } catch (error) {
    if (error instanceof Failure && error.code === 'SL-KUBERNETES-KIND-NOT-SERVED') return { allowed: true, resource: right.kind }
    throw error
  }
}

/** Where istiod runs unless somebody has put it elsewhere; those who have know. */
const istioHome = 'istio-system'

/** Rights by which an istiod is asked what proxies have; missing ones, where arrival can only be waited for. */
export async function missingForIstiod(objects: Objects, signal: AbortSignal): Promise<readonly MissingRight[]> {
  const pods = { apiVersion: 'v1', kind: 'Pod', steps: ['acknowledgement'] }
  const forward = { ...pods, subresource: 'portforward', namespace: istioHome }
  const needs: readonly Need[] = [
    { ...pods, verb: 'list' },
    { ...pods, verb: 'watch' },
    { ...forward, verb: 'get' },
    { ...forward, verb: 'create' },
  ]
  const seen = await askEach(objects, needs, signal).catch((error: unknown) => {
    if (error instanceof Failure && error.blame === 'user') return { is: 'unknown' as const, why: error.message }
    throw error
  })
  return seen.is === 'asked' ? seen.missing : []
}
