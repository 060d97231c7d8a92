import type { ApiRequest, Cluster } from '#delegate/kubernetes/index.ts'

export interface Deaths {
  now: AbortController
  writes: number
}

/** Whether it changes anything: no dry run, and no question about rights. */
export function isWrite({ method, path }: ApiRequest): boolean {
  return method !== 'GET' && !path.includes('dryRun') && !path.includes('reviews')
}

/** Every write is made, and its maker is dead before the answer comes; the first `spared` leave it alive. */
export function deadly(died: Deaths, spared = 0): (cluster: Cluster) => Cluster {
  let lived = 0
  return cluster => ({
    ...cluster,
    async request(request, signal) {
      const answer = await cluster.request(request, signal)
      if (!isWrite(request) || answer.status >= 300 || lived++ < spared) return answer
      died.writes++
      died.now.abort(new Error('killed'))
      throw new Error('killed')
    },
  })
}
