import type { Random } from '#base/index.ts'

/** How late ingress-nginx is; all in milliseconds, and by the name of its pod. */
export interface NginxOptions {
  /** Between a change and the controller's look at it, where nothing was looked at lately. */
  readonly syncDelay: (pod: string) => number
  /** Between two looks, at least. */
  readonly syncInterval: number
  /** Between a look and the moment from which requests follow it, where only endpoints, weights or conditions of canaries are new. */
  readonly workerDelay: (pod: string) => number
  /** The same where hosts or paths are new, and the configuration has to be loaded again. */
  readonly reloadDelay: (pod: string) => number
}

/** As ingress-nginx is by itself: 0.3 looks a second, workers that look for new backends once a second, each in its own rhythm. */
export function usualOptions(random: Random): NginxOptions {
  const between = (least: number, most: number) => (): number => least + Math.floor(random() * (most - least + 1))
  return { syncDelay: between(5, 20), syncInterval: 3334, workerDelay: between(0, 1000), reloadDelay: between(100, 300) }
}
