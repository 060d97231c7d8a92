import { mustEnd, type Story } from '../story.ts'

export const badVersion: Story = {
  name: 'bad-version',
  title: 'a new version that answers errors is found at 50 % and goes back by itself',
  through: 'gateway',
  async play({ run, from }) {
    mustEnd(await run('checked', 50), { code: 1, status: 'returned' })
    return from
  },
}
