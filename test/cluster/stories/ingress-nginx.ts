import { mustEnd, type Story } from '../story.ts'

export const ingressNginx: Story = {
  name: 'ingress-nginx',
  title: 'a canary at 10 %, at 50 %, and to the end, by an Ingress',
  through: 'ingress',
  async play({ run, to }) {
    mustEnd(await run('canary'), { code: 0, status: 'done' })
    return to
  },
}
