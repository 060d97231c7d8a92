import { closingLine, interrupt, openAtHalf } from '../test/system/what-others-lose.ts'
import type { Figure } from './figure.ts'

/** A new version arrives while another one has half of the requests. Measured elsewhere: 472 of 22,500 and 247 of 30,000 requests lost. */
export const interruptFigure: Figure = {
  name: 'interrupt',
  async measure() {
    const half = await openAtHalf()
    const { tally, beganWith, back, took } = await interrupt(half)
    await half.close()
    const { lost, wrongVersion } = tally
    return [
      { says: `the first one back after ${seconds(back)}, the new one done after ${seconds(took)}; propagation 3 s, pods stop at once` },
      { says: `the new version began with ${beganWith} %`, asked: '0 %', ok: beganWith === 0 },
      { says: 'elsewhere: Argo Rollouts lost 472 of 22,500, Flagger 247 of 30,000 and began with the share of the other' },
      { says: closingLine(tally), asked: '0 and 0', ok: lost === 0 && wrongVersion === 0 },
    ]
  },
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
