import { formatDuration } from '#base/index.ts'

/** `4 m ago` */
export function ago(iso: string, now: number): string {
  return `${formatDuration(Math.max(0, now - Date.parse(iso)))} ago`
}

/** How long something took, or has taken so far. */
export function took(started: string, ended: string | undefined, now: number): string {
  return formatDuration(Math.max(0, (ended === undefined ? now : Date.parse(ended)) - Date.parse(started)))
}

const two = (part: number): string => String(part).padStart(2, '0')

/** The time of day where this person is, as people read it: 14:02:05; with the date where that is another day: 2026-11-27 14:02:05. */
export function clockTime(iso: string, now = Date.now()): string {
  const at = new Date(iso)
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return at.toDateString() === new Date(now).toDateString()
    ? time
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`
}

const TIMESTAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** A text of the host or of the cluster, with its times in UTC as times of day where this person is. */
export function withLocalTimes(text: string, now = Date.now()): string {
  return text.replaceAll(TIMESTAMP, iso => clockTime(iso, now))
}

/** A time for readers anywhere: 2026-11-26 14:02:05 UTC. */
export function universalTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

/** A text with its times as readers anywhere have them. */
export function withUniversalTimes(text: string): string {
  return text.replaceAll(TIMESTAMP, universalTime)
}
