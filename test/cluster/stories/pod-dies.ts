import { TRACK } from '#model/release/index.ts'
import { mustEnd, StoryFailed, type Story } from '../story.ts'

export const podDies: Story = {
  name: 'pod-dies',
  title: "the canary's only pod is killed at 50 %: users go back at once",
  through: 'gateway',
  async play({ run, sluice, objects, namespace, signal, taking, from }) {
    const asks = await run('ask-at-half')
    mustEnd(asks, { code: 3, status: 'waiting' })
    const [pod, ...others] = (await objects.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: `${TRACK}=canary` }, signal)).items
    if (!pod || others.length > 0) throw new StoryFailed(`the canary has ${others.length + (pod ? 1 : 0)} pods, not 1`)
    taking()
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}?gracePeriodSeconds=0`
    const { status } = await objects.cluster.request({ method: 'DELETE', path }, signal)
    if (status !== 200) throw new StoryFailed(`Pod ${pod.metadata.name}: deleting it answered ${status}`)
    mustEnd(await sluice.follow(asks.view.id), { code: 1, status: 'returned' })
    return from
  },
}
