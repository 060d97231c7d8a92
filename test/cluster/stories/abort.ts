import { mustEnd, type Story } from '../story.ts'

export const abort: Story = {
  name: 'abort',
  title: 'an abort at 50 % takes users back',
  through: 'gateway',
  async play({ run, sluice, from }) {
    const asks = await run('ask-at-half')
    mustEnd(asks, { code: 3, status: 'waiting' })
    mustEnd(await sluice.abort(asks.view.id), { code: 1, status: 'returned' })
    return from
  },
}
