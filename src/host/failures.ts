import { defineFailures, kind } from '#base/index.ts'

export const host = defineFailures('HOST', {
  FOLDER_TAKEN: kind<{ folder: string; pid: number }>({
    blame: 'user',
    says: f => `data folder ${f.folder}: another host (process ${f.pid}) owns it`,
    todo: 'Use that host (every command finds it), end it with `sluice host stop`, or set SLUICE_HOME to another folder.',
  }),
  FOLDER_UNUSABLE: kind<{ folder: string; reason: string }>({
    blame: 'user',
    says: f => `data folder ${f.folder}: cannot be used: ${f.reason}`,
    todo: 'Set SLUICE_HOME to a folder that you own and that is on a file system with free space.',
  }),
  SOCKET_FOREIGN: kind<{ socket: string; owner: number }>({
    blame: 'user',
    says: f => `socket ${f.socket}: its folder belongs to user ${f.owner} or is open to others`,
    todo: 'Set SLUICE_HOME to a shorter path, so that the socket lies in a folder of your own.',
  }),
})
