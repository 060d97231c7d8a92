import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oracle } from '../../tools/oracles.mjs'
import { casesFolder } from '../cases.ts'
import { passing } from './passing.ts'
import { play } from './play.ts'
import { scenariosOf } from './scenario.ts'
import { startStage, type Running } from './stage.ts'

const { path: kubectl, missing } = oracle('kubectl') as { readonly path?: string; readonly missing?: string }
if (!kubectl) console.warn(`skipped: the sandbox under the real kubectl: ${missing}`)

describe.skipIf(!kubectl)('the sandbox under the real kubectl', () => {
  let running: Running
  beforeAll(async () => {
    running = await startStage({ controllers: true, ...(kubectl ? { kubectl } : {}) })
  })
  afterAll(() => running.stop())

  const scenarios = scenariosOf('kubectl')
  if (!scenarios) {
    console.warn(`${casesFolder}/api-server/kubectl.json is not there: its scenarios are skipped (set SLUICE_CASES)`)
    it('recorded commands: not there', context => context.skip())
  } else
    it('prints what it printed against a real cluster', async () => {
      const results = []
      for (const [i, scenario] of scenarios.entries())
        results.push({ name: scenario.name, wrong: await play(running.stage(`kubectl-${i}`, 300), scenario) })
      const good = results.filter(({ wrong }) => wrong.length === 0)
      console.info(`cases api-server/kubectl: ${good.length} passed, ${results.length - good.length} failed`)
      if (process.env['SLUICE_REPLAY_VERBOSE'])
        for (const { name, wrong } of results) if (wrong.length > 0) console.info(`kubectl > ${name}\n  ${wrong.slice(0, 6).join('\n  ')}`)
      expect(results.filter(({ name, wrong }) => passing['kubectl']?.includes(name) && wrong.length > 0)).toEqual([])
    }, 120_000)
})
