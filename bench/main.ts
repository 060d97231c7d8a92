import { abort } from './abort.ts'
import { abortUnreadyFigure } from './abort-unready.ts'
import { canaryCost } from './canary-cost.ts'
import { lint, render, start } from './command-line.ts'
import { edit } from './edit.ts'
import type { Figure, Line } from './figure.ts'
import { firstWrite } from './first-write.ts'
import { interruptFigure } from './interrupt.ts'
import { machine } from './machine.ts'
import { rollout } from './rollout.ts'
import { settled } from './settled.ts'
import { wholeRelease } from './whole-release.ts'

/** In the order of the report. */
const figures: readonly Figure[] = [
  start,
  lint,
  render,
  edit,
  firstWrite,
  settled,
  canaryCost,
  wholeRelease,
  rollout,
  interruptFigure,
  abort,
  abortUnreadyFigure,
]

function text({ says, asked, ok }: Line): string {
  const mark = ok === undefined ? ' ' : ok ? '✓' : '✗'
  return `  ${mark} ${says}${asked === undefined ? '' : `   (asked: ${asked})`}`
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter(name => !figures.some(figure => figure.name === name))
  if (unknown.length > 0)
    throw new Error(`no figure is called ${unknown.join(', ')}; there are: ${figures.map(({ name }) => name).join(', ')}`)
  console.log(machine())
  for (const { name, measure } of figures.filter(figure => names.length === 0 || names.includes(figure.name))) {
    console.log(`\n${name}`)
    for (const line of await measure()) console.log(text(line))
  }
}

await main(process.argv.slice(2))
process.exit(0)
