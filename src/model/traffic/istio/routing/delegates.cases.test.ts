import { expect } from 'vitest'
import { casesOf, type Case } from '../../../../../test/cases.ts'
import type { HttpMatch, VirtualService } from '../objects.ts'
import { contradicts, mergeMatches, resolveDelegates } from './delegates.ts'

interface DelegateCase extends Case {
  readonly op: 'mergeHTTPMatchRequests' | 'hasConflict' | 'resolveDelegates'
  readonly root: unknown
  readonly delegate: readonly HttpMatch[]
  readonly leaf: HttpMatch
  readonly expected: unknown
  readonly manifests: readonly VirtualService[]
  readonly meshDefaultVirtualServiceExportTo: readonly string[]
}

casesOf<DelegateCase>('delegate-merge.json', {
  run(one) {
    expect(results[one.op](one) ?? null).toEqual(one.expected)
  },
})

const results: Readonly<Record<DelegateCase['op'], (one: DelegateCase) => unknown>> = {
  mergeHTTPMatchRequests: ({ root, delegate }) => mergeMatches(present(root), delegate ?? []),
  hasConflict: ({ root, leaf }) => contradicts(root as HttpMatch, leaf),
  resolveDelegates: ({ manifests, meshDefaultVirtualServiceExportTo: defaultExportTo }) => resolveDelegates(manifests, { defaultExportTo }),
}

/** An entry that is null stands for a list that is not there. */
function present(matches: unknown): readonly HttpMatch[] {
  return ((matches ?? []) as readonly (HttpMatch | null)[]).filter(match => match !== null)
}
