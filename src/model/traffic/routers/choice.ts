import { done, every, refused, type EntryChoice, type Outcome } from './router.ts'

/**
 * Indices of the entries that are meant. `labels`: their names, or `#index`. Left out, the route must have one; `all` leaves out those that
 * answer requests themselves.
 */
export function chooseEntries(
  labels: readonly string[],
  answers: (index: number) => boolean,
  choice?: EntryChoice,
): Outcome<readonly number[]> {
  if (choice === undefined) return labels.length === 1 ? done([0]) : refused({ is: 'several-entries', entries: labels })
  if (choice === 'all') return done([...labels.keys()].filter(index => !answers(index)))
  return every(choice, name => {
    const index = labels.indexOf(name)
    return index < 0 ? refused({ is: 'entry-missing', entry: name, entries: labels }) : done(index)
  })
}

/** An entry's name in messages and in a choice of entries. */
export function entryLabel(entry: { readonly name?: string } | null | undefined, index: number): string {
  return entry?.name ? entry.name : `#${index}`
}
