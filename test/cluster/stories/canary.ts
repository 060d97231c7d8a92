import { mustEnd, type Story } from '../story.ts'

export const canary: Story = {
  name: 'canary',
  title: 'a canary at 10 %, at 50 %, and to the end',
  through: 'gateway',
  async play({ run, to }) {
    mustEnd(await run('canary'), { code: 0, status: 'done' })
    return to
  },
}
