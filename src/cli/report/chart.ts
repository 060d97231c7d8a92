import { formatDuration } from '#base/index.ts'
import type { ReportedShare } from '#protocol/http/index.ts'
import { escaped } from './escaped.ts'

/** The chart's own units; the page scales it. */
const width = 960
const height = 336
const plot = { left: 48, right: 16, top: 16, bottom: 92 }
/** Labels of steps stand in so many rows, the first free one each. */
const labelRows = 3
/** What a letter takes at most, on average, in the letters of the axis; and the room between two labels. */
const letter = 7
const between = 12
/** A longer name is cut. */
const longest = 28

/** Times in milliseconds since 1970. */
export interface ChartTime {
  readonly from: number
  readonly to: number
}

type Point = readonly [x: number, y: number]

/** Shares of the new version over time: what was declared as a line, what every proxy had as an area. An SVG without any outside reference. */
export function shareChart(shares: readonly ReportedShare[], time: ChartTime, title: string): string {
  const x = (at: number): number => plot.left + ((at - time.from) / Math.max(1, time.to - time.from)) * (width - plot.left - plot.right)
  const y = (percent: number): number => plot.top + (1 - percent / 100) * (height - plot.top - plot.bottom)
  const declared = stairs(
    shares.map(({ at, next }) => [Date.parse(at), next]),
    time.to,
  )
  const acknowledged = stairs(
    shares.flatMap(({ acknowledged: at, next }) => (at === undefined ? [] : [[Date.parse(at), next] as const])),
    time.to,
  )
  const onPlot = (points: readonly Point[]): string => points.map(([at, percent]) => `${round(x(at))},${round(y(percent))}`).join(' ')
  const [first, last] = [acknowledged[0], acknowledged.at(-1)]
  const area = first && last ? `<polygon class="area" points="${onPlot([[first[0], 0], ...acknowledged, [last[0], 0]])}"/>` : ''
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    ...[0, 25, 50, 75, 100].map(percent => gridLine(percent, y(percent))),
    area,
    `<polyline class="declared" points="${onPlot(declared)}"/>`,
    ...labels(shares, x),
    ...timeAxis(time, x),
    '</svg>',
  ].join('\n')
}

/** Each value holds until the next one. */
function stairs(points: readonly Point[], end: number): readonly Point[] {
  const steps = points.flatMap(([at, value], index): readonly Point[] => {
    const before = points[index - 1]
    return before
      ? [
          [at, before[1]],
          [at, value],
        ]
      : [[at, value]]
  })
  const last = steps.at(-1)
  return last ? [...steps, [end, last[1]]] : []
}

function gridLine(percent: number, y: number): string {
  const line = `<line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${round(y)}" y2="${round(y)}"/>`
  return `${line}<text class="axis" x="${plot.left - 8}" y="${round(y + 4)}" text-anchor="end">${percent} %</text>`
}

/** The step that caused a change, once, below the place where it began; where no row has room for it, its line alone tells it. */
function labels(shares: readonly ReportedShare[], x: (at: number) => number): readonly string[] {
  const free = Array.from({ length: labelRows }, () => 0)
  return shares.flatMap(({ at, name, canary, stable }, index) => {
    const place = x(Date.parse(at))
    const mark = `<line class="step" x1="${round(place)}" x2="${round(place)}" y1="${plot.top}" y2="${height - plot.bottom}"><title>${escaped(`${name}: stable ${stable} %, canary ${canary} %`)}</title></line>`
    const text = name.length > longest ? `${name.slice(0, longest - 1)}…` : name
    const taken = text.length * letter
    // Near the end it ends with the plot: nothing is cut off at the border.
    const border = width - plot.right
    const isLate = place + taken > border
    const start = isLate ? border - taken : place
    const row = free.findIndex(end => end <= start)
    if (row < 0 || shares[index - 1]?.name === name) return [mark]
    free[row] = start + taken + between
    const y = height - plot.bottom + 16 * (row + 1)
    return [
      mark,
      `<text class="axis" x="${round(isLate ? border : place)}" y="${y}"${isLate ? ' text-anchor="end"' : ''}>${escaped(text)}</text>`,
    ]
  })
}

function timeAxis({ from, to }: ChartTime, x: (at: number) => number): readonly string[] {
  const parts = 4
  return Array.from({ length: parts + 1 }, (_, index) => {
    const at = from + ((to - from) * index) / parts
    const anchor = index === 0 ? 'start' : index === parts ? 'end' : 'middle'
    return `<text class="axis" x="${round(x(at))}" y="${height - 12}" text-anchor="${anchor}">${formatDuration(Math.round((at - from) / 100) * 100)}</text>`
  })
}

const round = (value: number): number => Math.round(value * 10) / 10
