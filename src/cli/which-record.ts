import type { KubernetesObject } from '#base/index.ts'
import { recordedIn, type Recorded } from '#delegate/objects/index.ts'
import { holderOf, recordName } from '#model/release/index.ts'
import { cli } from './failures.ts'

/**
 * The record that is meant: by its release's name; without one, that of the only run under way, else the only record there is. `leases` are those
 * of the namespace: a run that is under way holds one.
 */
export function recordMeant(
  name: string | undefined,
  namespace: string,
  { records, leases }: { readonly records: readonly KubernetesObject[]; readonly leases: readonly KubernetesObject[] },
): Recorded {
  const all = records.flatMap(record => {
    const read = recordedIn(record)
    return read ? [{ read, name: record.metadata.name.replace(recordName(''), '') }] : []
  })
  const names = (of: typeof all): string => of.map(each => each.name).join(', ')
  const holders = new Set(leases.flatMap(lease => holderOf(lease) ?? []))
  const underWay = all.filter(({ read }) => holders.has(read.release.execution))
  const meant = name === undefined ? (underWay.length > 0 ? underWay : all) : all.filter(each => each.name === name)
  const [found] = meant
  if (found && meant.length === 1) return found.read
  if (name !== undefined || !found) throw cli.NO_RECORD({ release: name, namespace, records: names(all) })
  throw cli.WHICH_RECORD({ namespace, are: underWay.length > 0 ? 'under way' : 'recorded, none of them under way', records: names(meant) })
}
