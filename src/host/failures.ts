import { defineFailures, kind } from '#base/index.ts'

export const host = defineFailures('HOST', {
  SOCKET_FOREIGN: kind<{ socket: string; reason: string }>({
    blame: 'user',
    says: f => `socket ${f.socket}: its folder cannot be trusted: ${f.reason}`,
    todo: 'Set SLUICE_HOME to a shorter path, so that the socket lies in a folder of your own.',
  }),
  SOCKET_UNUSABLE: kind<{ socket: string; reason: string }>({
    blame: 'world',
    says: f => `socket ${f.socket}: cannot be opened: ${f.reason}`,
    todo: 'Set SLUICE_HOME to a folder on a local disk: network file systems often have no Unix sockets.',
  }),
  SETTING: kind<{ setting: string; value: string; wanted: string }>({
    blame: 'user',
    says: f => `host: ${f.setting} is "${f.value}", and should be ${f.wanted}`,
    todo: 'Correct it, or leave it out.',
  }),
})
