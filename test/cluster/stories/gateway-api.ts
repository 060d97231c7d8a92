import { mustEnd, type Story } from '../story.ts'

export const gatewayApi: Story = {
  name: 'gateway-api',
  title: 'a canary at 10 %, at 50 %, and to the end, by an HTTPRoute',
  through: 'httpRoute',
  async play({ run, to }) {
    mustEnd(await run('canary'), { code: 0, status: 'done' })
    return to
  },
}
