// Journals as released versions wrote them: `journals/VERSION/STORY.json`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptRows } from '#control-plane/store/index.ts'

export interface GoldenJournal {
  /** Of Sluice. */
  readonly version: string
  /** Virtual time at which it was left. */
  readonly now: number
  /** Objects that the journal names by uid, `Kind namespace/name`: a world that is made again gives them others. */
  readonly uids: Readonly<Record<string, string>>
  readonly rows: KeptRows
}

const folder = join(import.meta.dirname, 'journals')

/** Versions that left journals, the oldest first. */
export function goldenVersions(): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })) : []
}

export function readGolden(version: string, story: string): GoldenJournal | undefined {
  const file = join(folder, version, `${story}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as GoldenJournal) : undefined
}

export function writeGolden(story: string, journal: GoldenJournal): void {
  mkdirSync(join(folder, journal.version), { recursive: true })
  writeFileSync(join(folder, journal.version, `${story}.json`), `${JSON.stringify(journal)}\n`)
}

/** The version of this program. */
export function presentVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** The journal, with the uids of another world in place of those that it was written with. */
export function inWorld({ rows, uids }: GoldenJournal, present: GoldenJournal['uids']): KeptRows {
  const swapped = Object.entries(uids).reduce((text, [name, uid]) => text.replaceAll(uid, present[name] ?? uid), JSON.stringify(rows))
  return JSON.parse(swapped) as KeptRows
}

/** The names of all events of the journal, each with its kind. */
export function namesIn(rows: KeptRows): ReadonlySet<string> {
  return new Set(rows.executions.flatMap(({ events }) => (events ?? []).map(({ kind, name }) => `${kind} ${name}`)))
}
