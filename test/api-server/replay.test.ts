import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { casesFolder } from '../cases.ts'
import { exceptions, tell } from './exceptions.ts'
import { play } from './play.ts'
import { scenariosOf } from './scenario.ts'
import { startStage, type Running } from './stage.ts'

/** Recorded pauses let real controllers settle; the sandbox's need less. */
const patience = 400

const themes = ['crud', 'patch', 'ssa', 'list', 'watch', 'validation', 'defaults', 'discovery', 'crd', 'controllers'] as const

describe('recorded answers of a real API server', () => {
  let alone: Running
  let controlled: Running
  beforeAll(async () => {
    alone = await startStage({ controllers: false })
    controlled = await startStage({ controllers: true })
  })
  afterAll(async () => {
    await alone.stop()
    await controlled.stop()
  })

  for (const theme of themes) {
    const scenarios = scenariosOf(theme)
    if (!scenarios) {
      console.warn(`${casesFolder}/api-server/${theme}.json is not there: its scenarios are skipped (set SLUICE_CASES)`)
      it(`cases api-server/${theme}.json: not there`, context => context.skip())
      continue
    }
    it(`cases api-server/${theme}.json: every scenario passes but for the exceptions`, async () => {
      const running = theme === 'controllers' ? controlled : alone
      const results = await Promise.all(
        scenarios.map(async (scenario, i) => {
          const wrong = await play(running.stage(`replay-${theme}-${i}`, patience), scenario)
          return { name: scenario.name, wrong }
        }),
      )
      tell(theme, results, exceptions)
      if (process.env['SLUICE_REPLAY_VERBOSE'])
        for (const { name, wrong } of results)
          if (wrong.length > 0) console.info(`${theme} > ${name}\n  ${wrong.slice(0, 12).join('\n  ')}`)
      expect(results.filter(({ name, wrong }) => wrong.length > 0 && !(name in exceptions))).toEqual([])
    }, 60_000)
  }
})
