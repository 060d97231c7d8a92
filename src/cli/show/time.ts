import { formatDuration } from '#base/index.ts'

/** `4 m ago` */
export function ago(iso: string, now: number): string {
  return `${formatDuration(Math.max(0, now - Date.parse(iso)))} ago`
}

/** How long something took, or has taken so far. */
export function took(started: string, ended: string | undefined, now: number): string {
  return formatDuration(Math.max(0, (ended === undefined ? now : Date.parse(ended)) - Date.parse(started)))
}

/** The time of day, as people read it: 14:02:05. */
export function clockTime(iso: string): string {
  const at = new Date(iso)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')
}
