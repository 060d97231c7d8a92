import { abortUnready, closingLine, openAtHalf, type AbortedUnready } from '../test/system/what-others-lose.ts'
import type { Figure, Line } from './figure.ts'

/** What the mesh itself takes, and a second: nobody should wait longer for the old version. */
const asked = 3000 + 1000

/** An abort at 50 % while one of four old pods is not ready. Elsewhere users stay on the aborted version until that pod recovers. */
export const abortUnreadyFigure: Figure = {
  name: 'abort-unready',
  async measure() {
    const [gentle, now] = [await measured(false), await measured(true)]
    const requests = gentle.tally.requests + now.tally.requests
    const lost = gentle.tally.lost + now.tally.lost
    const wrongVersion = gentle.tally.wrongVersion + now.tally.wrongVersion
    return [
      line('abort', gentle, 75),
      line('abort --now', now, 100),
      { says: 'elsewhere: 50 % of the users stay on the aborted version for as long as that pod is not ready' },
      { says: closingLine({ requests, lost, wrongVersion }), asked: '0 and 0', ok: lost === 0 && wrongVersion === 0 },
    ]
  },
}

async function measured(now: boolean): Promise<AbortedUnready> {
  const half = await openAtHalf()
  const result = await abortUnready(half, now)
  await half.close()
  return result
}

function line(command: string, { given, declaredAfter, arrivedAfter }: AbortedUnready, share: number): Line {
  return {
    says: `${command}: the old version has ${given} % at the API server after ${declaredAfter} ms, at every gateway after ${arrivedAfter} ms`,
    asked: `${share} %, within the mesh's 3 s + 1 s`,
    ok: given === share && arrivedAfter <= asked,
  }
}
