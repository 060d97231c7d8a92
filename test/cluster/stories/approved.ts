import { mustEnd, type Story } from '../story.ts'

export const approved: Story = {
  name: 'approved',
  title: 'a person is asked at 50 %, approves, and the run goes to the end',
  through: 'gateway',
  async play({ run, sluice, to }) {
    const asks = await run('ask-at-half')
    mustEnd(asks, { code: 3, status: 'waiting' })
    await sluice.approve(asks.view.id)
    mustEnd(await sluice.follow(asks.view.id), { code: 0, status: 'done' })
    return to
  },
}
