import { defineFailures, kind } from '#base/index.ts'

export const hostClient = defineFailures('HOST', {
  NOT_RUNNING: kind<{ socket: string }>({
    blame: 'user',
    says: f => `host at ${f.socket}: none is running`,
    todo: 'Any command that needs memory starts one, for example `sluice status`.',
  }),
  NOT_STARTED: kind<{ folder: string; reason: string; log: string }>({
    blame: 'world',
    says: f => `host of ${f.folder}: did not start: ${f.reason}`,
    todo: 'Read its log file (named in the facts), then try again.',
  }),
  GONE: kind<{ socket: string; reason: string }>({
    blame: 'world',
    says: f => `host at ${f.socket}: the connection broke: ${f.reason}`,
    todo: 'Try again: the next command starts a host, and every execution goes on.',
  }),
  ANSWER: kind<{ path: string; reason: string }>({
    blame: 'bug',
    says: f => `host: its answer to ${f.path} is not understood: ${f.reason}`,
    todo: 'End an older host with `sluice host stop`; if it happens again, report it.',
  }),
})
