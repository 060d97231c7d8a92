import { seededRandom } from '#base/index.ts'
import type { CartWorldOptions } from './cart-world.ts'
import type { StoryOptions } from './story.ts'

/** Each type of configuration takes up to `most` milliseconds to each proxy, every time anew. */
export function slowMesh(seed: number, most: number, more: CartWorldOptions['mesh'] = {}): StoryOptions {
  const random = seededRandom(seed)
  const mesh = { gateways: 2, propagation: () => Math.floor(random() * most), ...more }
  return { seed, late: most + 1000, settle: 'acknowledged', gap: 250, mesh }
}
