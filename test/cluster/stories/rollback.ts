import { mustEnd, type Story } from '../story.ts'

export const rollback: Story = {
  name: 'rollback',
  title: 'a canary to the end, and the former version back by a run of its own',
  through: 'gateway',
  async play({ run, sluice, namespace, from }) {
    mustEnd(await run('canary'), { code: 0, status: 'done' })
    mustEnd(await sluice.rollback(namespace), { code: 0, status: 'done' })
    return from
  },
}
