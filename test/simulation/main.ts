import { fork as forkProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readArguments, usage, WrongArguments, type Asked } from './arguments.ts'
import { play, type Outcome } from './play.ts'
import { shrink } from './shrink.ts'

/**
 * Code that is compiled at its first call, and garbage that is looked for seldom. Little is put into one another where code is optimized, and only
 * what is called much (V8 would begin at 67584 bytes of bytecode): the time goes in small parts into thousands of functions, and optimizing them
 * took a third of a worker's first 60 seeds, for code that is as fast. Without source maps: whoever tells a violation in full plays it again with them.
 */
const quickly = [
  '--no-warnings',
  '--always-sparkplug',
  '--max-inlined-bytecode-size=100',
  '--max-inlined-bytecode-size-cumulative=200',
  '--max-semi-space-size=64',
  '--interrupt-budget=300000',
]

const asked = wanted()
if (!asked) console.log(usage)
else if (process.send) work(asked)
else if (asked.seed === undefined) await simulate(asked)
else await tellOne(asked.seed, asked)

/** What the command line asks for; ends the process where it is wrong. */
function wanted(): Asked | undefined {
  try {
    return readArguments(process.argv.slice(2), availableParallelism())
  } catch (error) {
    if (!(error instanceof WrongArguments)) throw error
    console.error(`${error.message}\n\n${usage}`)
    process.exit(2)
  }
}

/** A worker plays the seeds that it is sent, and hands each outcome up. It ends with who sends them. */
function work(how: Asked): void {
  process.on('disconnect', () => process.exit())
  process.on('message', seed => void timed(seed as number, how).then(outcome => process.send?.(outcome)))
}

/** An outcome, and the processor time that it took (seconds). */
type Timed = Outcome & { readonly seconds: number }

async function timed(seed: number, options: Pick<Asked, 'only' | 'shape' | 'untilFound'>): Promise<Timed> {
  const begun = process.cpuUsage()
  const outcome = await play(seed, options)
  const { user, system } = process.cpuUsage(begun)
  return { ...outcome, seconds: (user + system) / 1e6 }
}

/** All seeds, played by processes; whoever is done with one gets the next. */
async function simulate({ first, seeds, only, shape, jobs, untilFound }: Asked): Promise<void> {
  const begun = performance.now()
  console.log(
    `seeds ${first}…${first + seeds - 1}, ${jobs} processes, dimensions: ${only?.join(', ') ?? 'by chance'}, shape: ${shape ?? 'by chance'}`,
  )
  const failed: Outcome[] = []
  const sums = { seeds: 0, events: 0, requests: 0, writes: 0, seconds: 0 }
  const endings = new Map<string, number>()
  const note = (outcome: Timed): void => {
    sums.seeds += 1
    for (const key of ['events', 'requests', 'writes', 'seconds'] as const) sums[key] += outcome[key]
    for (const ending of outcome.endings) endings.set(ending, (endings.get(ending) ?? 0) + 1)
    if (outcome.violations.length === 0) return
    failed.push(outcome)
    console.log(`seed ${outcome.seed}: ${outcome.violations[0]?.slice(0, 400)}`)
    if (untilFound) process.exit(1)
  }
  const left = Array.from({ length: seeds }, (_, index) => first + index).values()
  const words = `${wordsFor({ only, shape })}${untilFound ? ' --until-found' : ''}`.split(' ').filter(Boolean)
  await Promise.all(Array.from({ length: jobs }, () => playElsewhere(words, left, note)))
  const minutes = (performance.now() - begun) / 60_000
  for (const { seed } of failed.toSorted((a, b) => a.seed - b.seed).slice(0, 3)) await tellShortest(seed, { only, shape })
  console.log(`endings: ${[...endings].map(([ending, count]) => `${ending} ${count}`).join(', ')}`)
  console.log(
    `seeds ${sums.seeds}, events ${sums.events}, writes ${sums.writes}, requests modelled ${sums.requests}, ` +
      `violations in ${failed.length} seeds, ${Math.round(sums.seeds / minutes)} seeds/min (${Math.round((60 * sums.seeds) / sums.seconds)} per minute of a processor)`,
  )
  if (failed.length > 0 || sums.seeds < seeds) process.exitCode = 1
}

function playElsewhere(words: readonly string[], left: Iterator<number>, note: (outcome: Timed) => void): Promise<void> {
  return new Promise(resolve => {
    const worker = forkProcess(fileURLToPath(import.meta.url), [...words], { execArgv: [...quickly] })
    const deal = (): void => {
      const { done, value } = left.next()
      if (done) worker.disconnect()
      else worker.send(value)
    }
    worker.on('message', message => {
      note(message as Timed)
      deal()
    })
    worker.on('exit', () => resolve())
    deal()
  })
}

type Chosen = Pick<Asked, 'only' | 'shape'>

/** The words of the command line that choose the same again. */
function wordsFor({ only, shape }: Chosen): string {
  return `${only ? ` --only ${only.join(',') || 'none'}` : ''}${shape ? ` --shape ${shape}` : ''}`
}

/** The fewest troubles that still bring a violation, and how to see it again. */
async function tellShortest(seed: number, chosen: Chosen): Promise<void> {
  const { kept, outcome } = await shrink(seed, chosen)
  const faults = kept.length === 0 ? 'none' : kept.join(',')
  console.log(`\nshortest history of seed ${seed}: --seed ${seed} --faults ${faults}${wordsFor(chosen)}`)
  console.log(`  world   ${JSON.stringify(outcome.script)}`)
  for (const fault of outcome.faults) console.log(`  trouble ${JSON.stringify(fault)}`)
  for (const violation of outcome.violations) console.log(`  ✗ ${violation.slice(0, 1500)}`)
}

async function tellOne(seed: number, { only, shape, faults }: Asked): Promise<void> {
  const outcome = await play(seed, { only, shape, faults, tell: console.log })
  console.log(`world   ${JSON.stringify(outcome.script)}`)
  for (const fault of outcome.faults) console.log(`trouble ${JSON.stringify(fault)}`)
  for (const violation of outcome.violations) console.log(`✗ ${violation}`)
  console.log(`${outcome.endings.join(', ')}; history ${outcome.hash}, events ${outcome.events}, writes ${outcome.writes}`)
  if (outcome.violations.length > 0) process.exitCode = 1
}
