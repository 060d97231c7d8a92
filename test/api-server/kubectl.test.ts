import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oracle } from '../../tools/oracles.mjs'
import { casesFolder } from '../cases.ts'
import { passing } from './passing.ts'
import { play } from './play.ts'
import { scenariosOf } from './scenario.ts'
import { startStage, type Running } from './stage.ts'

/** The recordings are of kubectl 1.35: before it some commands had other words. */
const wordsOf135 = ['kubectl edit verbs', 'kubectl create']

function minorVersion(program: string): number {
  const { clientVersion } = JSON.parse(execFileSync(program, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })) as {
    readonly clientVersion: { readonly minor: string }
  }
  return Number.parseInt(clientVersion.minor)
}

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
      const same = minorVersion(kubectl ?? '') >= 35
      const expected = (passing['kubectl'] ?? []).filter(name => same || !wordsOf135.includes(name))
      expect(results.filter(({ name, wrong }) => expected.includes(name) && wrong.length > 0)).toEqual([])
    }, 120_000)
})
