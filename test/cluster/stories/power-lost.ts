import { mustEnd, type Story } from '../story.ts'

export const powerLost: Story = {
  name: 'power-lost',
  title: 'the machine that releases goes dark at 50 %: sluice restore takes users back from elsewhere',
  through: 'gateway',
  ownHost: true,
  async play({ run, sluice, context, namespace, from }) {
    const asks = await run('ask-at-half')
    mustEnd(asks, { code: 3, status: 'waiting' })
    await sluice.losePower()
    await sluice.restoreElsewhere(context, namespace)
    // Awake again, it learns that its run is over.
    mustEnd(await sluice.follow(asks.view.id), { code: 1, status: 'returned' })
    return from
  },
}
