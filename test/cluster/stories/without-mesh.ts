import { mustEnd, type Story } from '../story.ts'

export const withoutMesh: Story = {
  name: 'without-mesh',
  title: 'the same without a mesh: the Service itself is turned to the new version',
  through: 'service',
  async play({ run, to }) {
    mustEnd(await run('blue-green'), { code: 0, status: 'done' })
    return to
  },
}
