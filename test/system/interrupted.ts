import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { asks, late, openPlane, verdict } from './story.ts'

/** 2.0.0 waits for a person with this share; then a run of another version takes its place and goes to its end. */
export async function interrupted(share: number, version: string) {
  const story = await openPlane({ gap: 50 })
  const { world, plane, run, start, ended } = story
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(share), approval(), rolloutDeployment())
  await plane.until(first, asks)
  const from = story.witness.sights.length
  const steps = [canaryDeployment(), trafficSplit(20), rolloutDeployment(), canaryDelete()]
  const second = await run(cartSteps(version, bySeconds(late), ...steps), version, { supersede: true })
  const view = await ended(second)
  return {
    ...story,
    first: await plane.view(first),
    second: view,
    sights: story.witness.sights.slice(from - 1),
    tally: await verdict(world),
  }
}
