import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oracle } from '../../tools/oracles.mjs'
import { casesFolder } from '../cases.ts'
import { tell, wordsOf135 } from './exceptions.ts'
import { play } from './play.ts'
import { scenariosOf } from './scenario.ts'
import { startStage, type Running } from './stage.ts'

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
    it('cases api-server/kubectl.json: not there', context => context.skip())
  } else
    it('cases api-server/kubectl.json: prints what it printed against a real cluster', async () => {
      const results = []
      for (const [i, scenario] of scenarios.entries())
        results.push({ name: scenario.name, wrong: await play(running.stage(`kubectl-${i}`, 300), scenario) })
      const older = minorVersion(kubectl ?? '') < 35
      const listed = older ? Object.fromEntries(wordsOf135.map(name => [name, 'kubectl before 1.35 has other words'])) : {}
      tell('kubectl', results, listed)
      if (process.env['SLUICE_REPLAY_VERBOSE'])
        for (const { name, wrong } of results) if (wrong.length > 0) console.info(`kubectl > ${name}\n  ${wrong.slice(0, 6).join('\n  ')}`)
      expect(results.filter(({ name, wrong }) => wrong.length > 0 && !(name in listed))).toEqual([])
    }, 120_000)
})
