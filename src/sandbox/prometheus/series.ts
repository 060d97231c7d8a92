export type Labels = Readonly<Record<string, string>>

/** A value at a time, milliseconds since 1970. */
export type Sample = readonly [at: number, value: number]

export interface Series {
  /** `__name__` among them. */
  readonly labels: Labels
  readonly samples: Sample[]
  /** From when on its target was known not to have it any more. */
  gone?: number
}

/** How long samples are kept, milliseconds: longer than anybody looks back from here. */
const retention = 3_600_000

/** All series that were scraped. */
export class SeriesStore {
  readonly #series = new Map<string, Series>()

  /** What one scrape of a target found. What it found before and not now is gone. */
  take(target: Labels, at: number, found: readonly (readonly [Labels, number])[]): void {
    const seen = new Set<Series>()
    for (const [own, value] of found) {
      const one = this.#one({ ...own, ...target })
      one.samples.push([at, value])
      delete one.gone
      seen.add(one)
      if ((one.samples[0]?.[0] ?? at) < at - retention) one.samples.shift()
    }
    for (const each of this.#series.values()) if (isOf(each, target) && !seen.has(each)) each.gone ??= at
  }

  all(): Iterable<Series> {
    return this.#series.values()
  }

  #one(labels: Labels): Series {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const known = this.#series.get(key) ?? { labels, samples: [] }
    this.#series.set(key, known)
    return known
  }
}

function isOf({ labels }: Series, target: Labels): boolean {
  return Object.entries(target).every(([name, value]) => labels[name] === value)
}

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** The samples of a page in Prometheus' text form. */
export function readPage(page: string): readonly (readonly [Labels, number])[] {
  return page.split('\n').flatMap(row => {
    const [, name = '', labels = '', value = ''] = line.exec(row) ?? []
    if (name === '') return []
    const own = [...labels.matchAll(label)].map(([, key = '', text = '']) => [key, text.replace(/\\(.)/g, '$1')])
    return [[{ __name__: name, ...Object.fromEntries(own) }, Number(value)] as const]
  })
}
