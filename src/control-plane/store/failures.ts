import { defineFailures, kind } from '#base/index.ts'

/** What can be wrong with the place where everything is kept. */
export const store = defineFailures('STORE', {
  LOCKED: kind<{ folder: string; pid: number; host: string; lock: string }>({
    blame: 'user',
    says: f => `Data folder ${f.folder}: process ${f.pid} on ${f.host} has it open.`,
    todo: 'Use that one (`sluice host status`), stop it (`sluice host stop`), or take another folder (SLUICE_HOME). If that machine is gone for good, delete the lock file.',
  }),
  UNUSABLE: kind<{ folder: string; why: string }>({
    blame: 'world',
    says: f => `Data folder ${f.folder}: it cannot be used: ${f.why}.`,
    todo: 'Make it writable for this user, or take another folder (SLUICE_HOME).',
  }),
  DISK_FULL: kind<{ folder: string; free: number }>({
    blame: 'world',
    says: f =>
      `Data folder ${f.folder}: the disk has ${Math.floor(f.free / 1_000_000)} MB left, too little to write safely. Nothing was lost.`,
    todo: 'Make room: executions go on by themselves.',
  }),
  BROKEN: kind<{ what: string; why: string }>({
    blame: 'world',
    says: f => `Database ${f.what}: ${f.why}.`,
    todo: 'It is tried again. If it stays, see the log of the host (`sluice host status` tells where it is).',
  }),
  KEY: kind<{ name: string }>({
    blame: 'user',
    says: f => `Text ${f.name}: the key of the data folder does not open it.`,
    todo: 'Put the file `key` of the data folder back as it was. Without it runs of before cannot go on: `sluice restore` takes users back.',
  }),
  CLOSED: kind<{ folder: string }>({
    blame: 'bug',
    says: f => `Data folder ${f.folder}: it is closed.`,
    todo: 'Report it with the text of `sluice logs`.',
  }),
  NEWER: kind<{ what: string; migration: string }>({
    blame: 'user',
    says: f => `Database ${f.what}: it was written by a newer version of Sluice (it has ${f.migration}).`,
    todo: 'Use that version, or another data folder (SLUICE_HOME).',
  }),
  MIGRATION_CHANGED: kind<{ what: string; migration: string }>({
    blame: 'bug',
    says: f => `Database ${f.what}: migration ${f.migration} is not the one that was applied.`,
    todo: 'A migration never changes once released: report it with both versions.',
  }),
  RESULT_TAKEN: kind<{ execution: string; name: string; kind: string }>({
    blame: 'bug',
    says: f => `Execution ${f.execution}: "${f.name}" cannot have "${f.kind}", it has its result already.`,
    todo: 'Report it with the text of `sluice logs`.',
  }),
})
