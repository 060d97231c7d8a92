import { expect, it } from 'vitest'
import { anewForEachTest, begin, ended, on, wait } from './engine.contract.ts'
import { newOrder, UNWRITTEN } from './in-order.ts'

anewForEachTest()

it('gives the lowest of what is asked for while a program waits, and what is not written last', async () => {
  const inOrder = newOrder()
  const came: string[] = []
  const slow = async (): Promise<void> => {
    await inOrder(1)
    came.push('1')
    for (let turn = 0; turn < 20; turn++) await undefined
    await inOrder(2)
    came.push('2')
  }
  const at = (seq: number, name: string): Promise<void> => inOrder(seq).then(() => void came.push(name))

  await Promise.all([at(UNWRITTEN, 'new'), at(3, '3'), slow(), at(UNWRITTEN, 'newer')])

  expect(came).toEqual(['1', '2', '3', 'new', 'newer'])
})

it('a program that goes on in two places meets what came in the same order when it is played again', async () => {
  const engine = await begin({
    forward: async run => {
      let heard = 0
      const listen = async (): Promise<void> => {
        for (const name of ['first', 'second', 'third', 'fourth']) {
          await run.wait(name, wait)
          heard += 1
        }
      }
      const asked = async (): Promise<number> => {
        await run.wait('now', wait)
        return run.record('heard', () => heard)
      }
      const [count] = await Promise.all([asked(), listen()])
      return count
    },
    back: async () => undefined,
  })
  for (const name of ['first', 'second', 'third', 'now', 'fourth']) {
    await engine.deliver('x', { is: 'answer', name: `forward/${name}` })
    // Long enough to be parked: it is played from its beginning when the next word comes.
    await on.clock.advance(10_000)
  }

  expect((await ended(engine)).output).toBe(3)
})
