import type { HttpRoute } from '#model/traffic/index.ts'

/** What travels from istiod to a proxy, in the order in which one push sends it. */
export const xdsTypes = ['clusters', 'endpoints', 'listeners', 'routes'] as const
export type XdsType = (typeof xdsTypes)[number]
