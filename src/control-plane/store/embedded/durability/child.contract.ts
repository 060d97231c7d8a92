// A process that runs an execution on an embedded store, tells what was acknowledged, and may be killed at any moment.
import { z } from 'zod'
import { systemClock } from '#base/index.ts'
import { openEngine, type Program } from '#control-plane/engine/index.ts'
import { openEmbeddedStore } from '#control-plane/store/index.ts'
import { openTaskSource } from '#control-plane/tasks/index.ts'
import { defineTask } from '#protocol/index.ts'

/** Each round has one recorded value, one task and one content: enough to outlive twenty kills. */
export const rounds = 60

const double = defineTask({ type: 'child/double-number', input: z.object({ n: z.number() }), output: z.number() })

const program: Program = {
  forward: async run => {
    let sum = 0
    for (let i = 0; i < rounds; i++) {
      const n = await run.record(`n${i}`, () => Math.floor(Math.random() * 1_000_000))
      console.log(`ack forward/n${i} ${n}`)
      const twice = await run.task(`t${i}`, double, { n })
      console.log(`ack forward/t${i} ${twice}`)
      sum += twice
    }
    return sum
  },
  back: async () => undefined,
}

async function main(folder: string, worker: string, templates: string): Promise<void> {
  const store = await openEmbeddedStore({ folder, worker: new URL(worker), templates })
  console.log('open')
  const engine = openEngine({ store, clock: systemClock, programs: { child: program } })
  const source = openTaskSource({ store, clock: systemClock, lease: 'process' })
  void (async () => {
    for (;;) {
      const task = await source.lease({ agent: 'child', selectors: 'every', types: [double.type] }, new AbortController().signal)
      await source.complete(task.key, task.attempt, { is: 'succeeded', output: 2 * double.input.parse(task.input).n })
    }
  })()
  await engine.start({ id: 'x', program: 'child', input: {} })
  for await (const { view } of engine.follow('x', {})) if (view.row.endedAt !== undefined) console.log(`done ${String(view.output)}`)
  await engine.close()
  await store.close()
  process.exit(0)
}

const [, , folder, worker, templates] = process.argv
if (folder && worker && templates) await main(folder, worker, templates)
