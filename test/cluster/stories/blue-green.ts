import { mustEnd, type Story } from '../story.ts'

export const blueGreen: Story = {
  name: 'blue-green',
  title: 'all users at once to a version that stands ready beside the old one',
  through: 'gateway',
  async play({ run, to }) {
    mustEnd(await run('blue-green'), { code: 0, status: 'done' })
    return to
  },
}
